// SPDX-License-Identifier: Apache-2.0
#include "app/application.h"

#include <cppunit/extensions/HelperMacros.h>

#include <iostream>
#include <sstream>

namespace errand::app {

// Only what ends before a server starts: the rest is tried with the real program.
class ApplicationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ApplicationTest);
    CPPUNIT_TEST(versionIsOneLine);
    CPPUNIT_TEST(helpEndsWell);
    CPPUNIT_TEST(showConfigPrintsEveryKey);
    CPPUNIT_TEST(badOptionIsOneLineOnStderr);
    CPPUNIT_TEST(badValueIsOneLineOnStderr);
    CPPUNIT_TEST(lineBreaksDoNotMakeASecondLine);
    CPPUNIT_TEST(showConfigRefusesABadConfiguration);
    CPPUNIT_TEST_SUITE_END();

    struct Outcome {
        int code = 0;
        std::string out;
        std::string err;
    };

    // The streams are given back whatever happens.
    struct Captured {
        std::ostringstream text;
        std::ostream& stream;
        std::streambuf* const before;
        explicit Captured(std::ostream& which) : stream(which), before(which.rdbuf(text.rdbuf())) {}
        ~Captured() { stream.rdbuf(before); }
    };

    static Outcome run(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "errandd");
        std::vector<char*> argv;
        for (std::string& argument : arguments) argv.push_back(argument.data());
        const Captured out(std::cout);
        const Captured err(std::cerr);
        Application application;
        const int code = application.run(static_cast<int>(argv.size()), argv.data());
        return {code, out.text.str(), err.text.str()};
    }

    static void assertOneLine(const Outcome& outcome, const std::string& begin) {
        CPPUNIT_ASSERT(outcome.code != 0);
        CPPUNIT_ASSERT_EQUAL(std::string(), outcome.out);
        CPPUNIT_ASSERT_MESSAGE(outcome.err, outcome.err.starts_with("errandd: " + begin));
        CPPUNIT_ASSERT_EQUAL(outcome.err.size() - 1, outcome.err.find('\n'));
    }

    void versionIsOneLine() {
        const Outcome outcome = run({"--version"});
        CPPUNIT_ASSERT_EQUAL(0, outcome.code);
        CPPUNIT_ASSERT(outcome.out.starts_with("errandd "));
        CPPUNIT_ASSERT_EQUAL(outcome.out.size() - 1, outcome.out.find('\n'));
    }

    void helpEndsWell() {
        const Outcome outcome = run({"--help", "-Dhttp.port=bad"});
        CPPUNIT_ASSERT_EQUAL(0, outcome.code);
        CPPUNIT_ASSERT(outcome.out.starts_with("usage: errandd"));
        CPPUNIT_ASSERT_EQUAL(std::string(), outcome.err);
    }

    void showConfigPrintsEveryKey() {
        const Outcome outcome = run({"--show-config", "-Dhttp.port=1234"});
        CPPUNIT_ASSERT_EQUAL(0, outcome.code);
        CPPUNIT_ASSERT(outcome.out.find("\nhttp.port=1234\n") != std::string::npos);
        for (const Key& key : allKeys()) {
            CPPUNIT_ASSERT_MESSAGE(
                key.name,
                ('\n' + outcome.out).find('\n' + std::string(key.name) + '=') != std::string::npos);
        }
    }

    void badOptionIsOneLineOnStderr() { assertOneLine(run({"--colour"}), "--colour: "); }

    void badValueIsOneLineOnStderr() {
        assertOneLine(run({"-Dhttp.port=66000"}), "http.port: ");
        assertOneLine(run({"--config=/none/such"}), "--config: ");
    }

    void lineBreaksDoNotMakeASecondLine() {
        assertOneLine(run({"-Dlog.level=a\nb"}), "log.level: \"a\\nb\"");
    }

    void showConfigRefusesABadConfiguration() {
        assertOneLine(run({"--show-config", "-Djobs.timeout=soon"}), "jobs.timeout: ");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ApplicationTest);

}  // namespace errand::app
