// SPDX-License-Identifier: Apache-2.0
#include "rpc/plugin.h"

#include <fstream>

#include <Poco/Exception.h>
#include <Poco/Path.h>
#include <Poco/SharedLibrary.h>
#include <Poco/TemporaryFile.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace errand;

class PluginTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PluginTest);
    CPPUNIT_TEST(loadsByName);
    CPPUNIT_TEST(eachPluginHasItsOwnInstance);
    CPPUNIT_TEST(missingFileIsNamedInOneLine);
    CPPUNIT_TEST(nameCannotLeadElsewhere);
    CPPUNIT_TEST(fileThatIsNoLibraryDoesNotLoad);
    CPPUNIT_TEST_SUITE_END();

    static std::string refusal(const std::string& directory, const std::string& name) {
        try {
            rpc::Plugin plugin(directory, name);
        } catch (const Poco::NotFoundException& e) {
            return e.message();
        }
        return "loaded";
    }

public:
    void loadsByName() {
        rpc::Plugin plugin(ERRAND_PLUGINS, "inproc");
        CPPUNIT_ASSERT(plugin.transport().health().connected);
    }

    void eachPluginHasItsOwnInstance() {
        rpc::Plugin first(ERRAND_PLUGINS, "inproc");
        rpc::Plugin second(ERRAND_PLUGINS, "inproc");
        CPPUNIT_ASSERT(&first.transport() != &second.transport());
    }

    void missingFileIsNamedInOneLine() {
        const std::string text = refusal("/no/such/place", "pigeon");
        CPPUNIT_ASSERT_EQUAL(std::string("no transport 'pigeon': there is no "
                                         "/no/such/place/libtransport_pigeon") +
                                 Poco::SharedLibrary::suffix(),
                             text);
    }

    void nameCannotLeadElsewhere() {
        for (const char* name : {"", "../inproc", "inproc/x", "In proc"}) {
            const std::string text = refusal(ERRAND_PLUGINS, name);
            CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("no transport is named '"));
        }
    }

    void fileThatIsNoLibraryDoesNotLoad() {
        Poco::TemporaryFile directory;
        directory.createDirectories();
        std::ofstream(directory.path() + "/libtransport_text" + Poco::SharedLibrary::suffix())
            << "not a library";
        CPPUNIT_ASSERT_THROW(rpc::Plugin(directory.path(), "text"), Poco::LibraryLoadException);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PluginTest);
