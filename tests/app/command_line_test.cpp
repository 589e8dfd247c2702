// SPDX-License-Identifier: Apache-2.0
#include "app/command_line.h"

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>

#include "app/value.h"

namespace errand::app {

class CommandLineTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CommandLineTest);
    CPPUNIT_TEST(noArgumentsAskForNothing);
    CPPUNIT_TEST(everyOptionIsRead);
    CPPUNIT_TEST(definesComeInThreeForms);
    CPPUNIT_TEST(valueMayHoldEqualsAndColons);
    CPPUNIT_TEST(pidFileBecomesAbsolute);
    CPPUNIT_TEST(wrongArgumentsAreNamed);
    CPPUNIT_TEST(usageNamesEveryOption);
    CPPUNIT_TEST_SUITE_END();

    using Defines = std::vector<std::pair<std::string, std::string>>;

    static std::string refusal(const std::vector<std::string>& arguments) {
        try {
            parseCommandLine(arguments);
        } catch (const ConfigError& error) {
            return error.what();
        }
        return {};
    }

    void noArgumentsAskForNothing() {
        const CommandLine line = parseCommandLine({});
        CPPUNIT_ASSERT(line.configFile.empty() && line.defines.empty() && line.pidFile.empty());
        CPPUNIT_ASSERT(!line.daemon && !line.showConfig && !line.version && !line.help);
    }

    void everyOptionIsRead() {
        const CommandLine line =
            parseCommandLine({"--config=etc/x", "--daemon", "--show-config", "--check-config",
                              "--version", "-h", "--pidfile=/run/x"});
        CPPUNIT_ASSERT_EQUAL(std::string("etc/x"), line.configFile);
        CPPUNIT_ASSERT_EQUAL(std::string("/run/x"), line.pidFile);
        CPPUNIT_ASSERT(line.daemon && line.showConfig && line.checkConfig && line.version &&
                       line.help);
        CPPUNIT_ASSERT_EQUAL(std::string("y"), parseCommandLine({"--config", "y"}).configFile);
    }

    void definesComeInThreeForms() {
        CPPUNIT_ASSERT(
            (parseCommandLine({"-Dhttp.port=1", "--define=http.port=2", "-D", "http.port=3"})
                 .defines == Defines{{"http.port", "1"}, {"http.port", "2"}, {"http.port", "3"}}));
    }

    void valueMayHoldEqualsAndColons() {
        CPPUNIT_ASSERT((parseCommandLine({"-Da.b=x=y:z", "-Dc.d="}).defines ==
                        Defines{{"a.b", "x=y:z"}, {"c.d", ""}}));
    }

    void pidFileBecomesAbsolute() {
        CPPUNIT_ASSERT_EQUAL((std::filesystem::current_path() / "x.pid").string(),
                             parseCommandLine({"--pidfile=x.pid"}).pidFile);
    }

    void wrongArgumentsAreNamed() {
        for (const char* argument : {"--colour", "-x", "stray", "--daemon=yes", "-Dhttp.port",
                                     "--config=", "--pidfile=", "--config", "-D"}) {
            const std::string text = refusal({argument});
            CPPUNIT_ASSERT_MESSAGE(argument + (": " + text),
                                   text.starts_with(std::string(argument).substr(0, 3)));
        }
        CPPUNIT_ASSERT(!refusal({"-D=1"}).empty());
        CPPUNIT_ASSERT(!refusal({"--config=a", "--config=b"}).empty());
    }

    void usageNamesEveryOption() {
        const std::string text = usage();
        for (const char* option : {"--config", "--define", "-D", "--daemon", "--pidfile",
                                   "--show-config", "--check-config", "--check", "--restore",
                                   "--selftest", "--version", "--help", "ERRAND_HTTP_PORT"}) {
            CPPUNIT_ASSERT_MESSAGE(option, text.find(option) != std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CommandLineTest);

}  // namespace errand::app
