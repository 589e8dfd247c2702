// SPDX-License-Identifier: Apache-2.0
#include "app/node_id.h"

#include <Poco/Exception.h>
#include <Poco/TemporaryFile.h>
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/value.h"

namespace errand::app {

class NodeIdTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NodeIdTest);
    CPPUNIT_TEST(isMadeOnceAndKept);
    CPPUNIT_TEST(differsFromDirectoryToDirectory);
    CPPUNIT_TEST(startThatWasCutOffIsMadeUpFor);
    CPPUNIT_TEST(needsNoLineEnd);
    CPPUNIT_TEST(damagedFileIsRefusedAndLeft);
    CPPUNIT_TEST(directoryThatIsNotThereIsSaid);
    CPPUNIT_TEST_SUITE_END();

    const Poco::TemporaryFile directory_;
    const std::string path_ = directory_.path() + "/node-id";

    std::string contents() const {
        std::ostringstream text;
        text << std::ifstream(path_).rdbuf();
        return text.str();
    }

    std::string refusal() const {
        try {
            nodeIdOf(directory_.path());
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }

    void isMadeOnceAndKept() {
        const base::Id id = nodeIdOf(directory_.path());
        CPPUNIT_ASSERT_EQUAL(id.toString() + '\n', contents());
        CPPUNIT_ASSERT(nodeIdOf(directory_.path()) == id);
        CPPUNIT_ASSERT(!std::filesystem::exists(path_ + ".new"));
    }

    void differsFromDirectoryToDirectory() {
        const Poco::TemporaryFile other;
        std::filesystem::create_directory(other.path());
        CPPUNIT_ASSERT(nodeIdOf(directory_.path()) != nodeIdOf(other.path()));
        std::filesystem::remove_all(other.path());
    }

    void startThatWasCutOffIsMadeUpFor() {
        std::ofstream(path_ + ".new") << "0190";
        const base::Id id = nodeIdOf(directory_.path());
        CPPUNIT_ASSERT_EQUAL(id.toString() + '\n', contents());
    }

    void needsNoLineEnd() {
        std::ofstream(path_) << "00112233-4455-6677-8899-aabbccddeeff";
        CPPUNIT_ASSERT_EQUAL(std::string("00112233-4455-6677-8899-aabbccddeeff"),
                             nodeIdOf(directory_.path()).toString());
    }

    void damagedFileIsRefusedAndLeft() {
        const std::string good = "00112233-4455-6677-8899-aabbccddeeff";
        for (const std::string& bad : {std::string(), std::string("\n"), good.substr(1), good + 'x',
                                       good + "\n\n", std::string(100000, 'a')}) {
            std::ofstream(path_, std::ios::trunc) << bad;
            const std::string text = refusal();
            CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("data.directory: " + path_ + " holds"));
            CPPUNIT_ASSERT_EQUAL(bad.size(), contents().size());
        }
        std::filesystem::remove(path_);
        std::filesystem::create_directory(path_);
        CPPUNIT_ASSERT(!refusal().empty());
    }

    void directoryThatIsNotThereIsSaid() {
        std::filesystem::remove_all(directory_.path());
        CPPUNIT_ASSERT_THROW(nodeIdOf(directory_.path()), Poco::FileException);
    }

public:
    void setUp() override { std::filesystem::create_directory(directory_.path()); }
    void tearDown() override { std::filesystem::remove_all(directory_.path()); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NodeIdTest);

}  // namespace errand::app
