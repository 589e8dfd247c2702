// SPDX-License-Identifier: Apache-2.0
#include "app/transports.h"

#include <Poco/TemporaryFile.h>
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>

namespace errand::app {

class TransportsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TransportsTest);
    CPPUNIT_TEST(pluginsAreListedByTheAlphabet);
    CPPUNIT_TEST(unknownNameListsWhatThereIs);
    CPPUNIT_TEST(nearNameIsSuggested);
    CPPUNIT_TEST(emptyDirectoryIsSaid);
    CPPUNIT_TEST(pluginThatDoesNotLoadIsNamed);
    CPPUNIT_TEST(settingThatItRefusesIsNamedAsAKey);
    CPPUNIT_TEST_SUITE_END();

    const Poco::TemporaryFile directory_;

    void add(const std::string& file) { std::ofstream(directory_.path() + '/' + file) << "x"; }

    std::string refusal(const std::string& name) {
        Config config;
        config.pluginsDirectory = directory_.path();
        config.transport = name;
        try {
            loadTransport(config);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }

    void pluginsAreListedByTheAlphabet() {
        for (const char* file : {"libtransport_inproc.so", "libtransport_amqp.so", "libother.so",
                                 "libtransport_.so", "libtransport_x.txt", "transport_y.so"}) {
            add(file);
        }
        CPPUNIT_ASSERT(
            (rpc::transportsIn(directory_.path()) == std::vector<std::string>{"amqp", "inproc"}));
        CPPUNIT_ASSERT(rpc::transportsIn("/none/such").empty());
    }

    void unknownNameListsWhatThereIs() {
        add("libtransport_inproc.so");
        add("libtransport_amqp.so");
        CPPUNIT_ASSERT_EQUAL("transport: there is no transport \"carrier\" in " +
                                 directory_.path() +
                                 ", which has amqp, inproc; name one of them, or set"
                                 " plugins.directory",
                             refusal("carrier"));
    }

    void nearNameIsSuggested() {
        add("libtransport_amqp.so");
        CPPUNIT_ASSERT(refusal("ampq").ends_with(", which has amqp; did you mean amqp?"));
    }

    void emptyDirectoryIsSaid() {
        CPPUNIT_ASSERT(refusal("amqp").ends_with(", nor any other; set plugins.directory"));
    }

    void pluginThatDoesNotLoadIsNamed() {
        add("libtransport_amqp.so");
        const std::string text = refusal("amqp");
        CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("transport: "));
        CPPUNIT_ASSERT_MESSAGE(text, text.find("libtransport_amqp.so") != std::string::npos);
    }

    void settingThatItRefusesIsNamedAsAKey() {
        Config config;
        config.transport = "amqp";
        config.transportSettings = {{"uri", "x"}, {"tls.ca", ""}};
        CPPUNIT_ASSERT_EQUAL(std::string("amqp.uri: is empty: all of it"),
                             withKey(config, "uri: is empty: all of it"));
        CPPUNIT_ASSERT_EQUAL(std::string("amqp.uri: is none"),
                             withKey(config, "amqp.uri: is none"));
        CPPUNIT_ASSERT_EQUAL(std::string("transport: amqp.colour: is none"),
                             withKey(config, "amqp.colour: is none"));
        CPPUNIT_ASSERT_EQUAL(std::string("amqp.tls.ca: is none"),
                             withKey(config, "tls.ca: is none"));
        CPPUNIT_ASSERT_EQUAL(std::string("transport: colour: is none"),
                             withKey(config, "colour: is none"));
        CPPUNIT_ASSERT_EQUAL(std::string("transport: uri"), withKey(config, "uri"));
        CPPUNIT_ASSERT_EQUAL(std::string("transport: no"), withKey(config, "no"));
    }

public:
    void setUp() override { std::filesystem::create_directory(directory_.path()); }
    void tearDown() override { std::filesystem::remove_all(directory_.path()); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TransportsTest);

}  // namespace errand::app
