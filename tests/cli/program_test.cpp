// SPDX-License-Identifier: Apache-2.0
#include "cli/program.h"

#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <sstream>

#include "cli/exit_code.h"

namespace errand::cli {

class ProgramTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProgramTest);
    CPPUNIT_TEST(commandGetsItsWordsAndOptions);
    CPPUNIT_TEST(longestNameCounts);
    CPPUNIT_TEST(codeOfTheCommandIsTheProgramsOwn);
    CPPUNIT_TEST(helpListsTheCommands);
    CPPUNIT_TEST(helpOfACommandSaysHowItIsUsed);
    CPPUNIT_TEST(versionIsOneLine);
    CPPUNIT_TEST(nothingAskedForIsAUsageError);
    CPPUNIT_TEST(unknownCommandNamesTheNearest);
    CPPUNIT_TEST(badArgumentsShowTheUsageFirst);
    CPPUNIT_TEST(failureIsOneLine);
    CPPUNIT_TEST_SUITE_END();

    struct Outcome {
        int code = 0;
        std::string out;
        std::string err;
    };

    static int say(const Arguments& arguments, Streams streams) {
        for (const std::string& word : arguments.words) streams.out << '[' << word << ']';
        streams.out << arguments.value("file");
        return exitOk;
    }

    const Program program_{
        "1.2.3",
        {{"job", "ID", "Shows a job.", {}, [](const Arguments&, Streams) { return exitFailed; }},
         {"mail",
          "",
          "Throws.",
          {},
          [](const Arguments&, Streams) -> int { throw Poco::IOException("disk"); }},
         {"mail test", "ADDRESS", "Tries it.", {{"file", "FILE", "what to read", 'f'}}, say},
         {"mail tell", "", "Throws.", {}, [](const Arguments&, Streams) -> int {
              throw std::runtime_error("no voice");
          }}}};

    Outcome run(const std::vector<std::string>& arguments) const {
        std::ostringstream out;
        std::ostringstream err;
        const int code = program_.run(arguments, {out, err});
        return {code, out.str(), err.str()};
    }

    void assertUsageError(const std::vector<std::string>& arguments, const std::string& text) {
        const Outcome outcome = run(arguments);
        CPPUNIT_ASSERT_EQUAL(exitUsage, outcome.code);
        CPPUNIT_ASSERT_EQUAL(std::string(), outcome.out);
        CPPUNIT_ASSERT_EQUAL("errand: " + text + '\n', outcome.err);
    }

    void commandGetsItsWordsAndOptions() {
        const Outcome outcome = run({"mail", "test", "a", "-fx", "--", "--help"});
        CPPUNIT_ASSERT_EQUAL(std::string("[a][--help]x"), outcome.out);
        CPPUNIT_ASSERT_EQUAL(std::string(), outcome.err);
        CPPUNIT_ASSERT_EQUAL(0, outcome.code);
    }

    void longestNameCounts() {
        CPPUNIT_ASSERT_EQUAL(std::string("[test]"), run({"mail", "test", "test"}).out);
        CPPUNIT_ASSERT_EQUAL(1, run({"mail"}).code);
    }

    void codeOfTheCommandIsTheProgramsOwn() {
        const Outcome outcome = run({"job", "7"});
        CPPUNIT_ASSERT_EQUAL(1, outcome.code);
        CPPUNIT_ASSERT_EQUAL(std::string(), outcome.out + outcome.err);
    }

    void helpListsTheCommands() {
        const Outcome outcome = run({"--help"});
        CPPUNIT_ASSERT_EQUAL(0, outcome.code);
        CPPUNIT_ASSERT(outcome.out.starts_with("usage: errand COMMAND"));
        for (const char* line : {"  job ID             Shows a job.\n",
                                 "  mail test ADDRESS  Tries it.\n", "  help COMMAND       "}) {
            CPPUNIT_ASSERT_MESSAGE(outcome.out, outcome.out.find(line) != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(outcome.out, run({"help"}).out);
        CPPUNIT_ASSERT_EQUAL(outcome.out, run({"-h"}).out);
    }

    void helpOfACommandSaysHowItIsUsed() {
        const std::string text =
            "usage: errand mail test ADDRESS [-fFILE]\n\nTries it.\n\n  -fFILE  what to read\n";
        CPPUNIT_ASSERT_EQUAL(text, run({"help", "mail", "test"}).out);
        CPPUNIT_ASSERT_EQUAL(text, run({"mail", "test", "--help"}).out);
        CPPUNIT_ASSERT_EQUAL(text, run({"mail", "test", "-h", "--strange"}).out);
        CPPUNIT_ASSERT_EQUAL(std::string("usage: errand job ID\n\nShows a job.\n"),
                             run({"help", "job"}).out);
    }

    void versionIsOneLine() {
        CPPUNIT_ASSERT_EQUAL(std::string("errand 1.2.3\n"), run({"--version"}).out);
    }

    void nothingAskedForIsAUsageError() {
        assertUsageError({}, "what shall it do? errand --help lists the commands");
        assertUsageError({"--job"}, "there is no option --job; errand --help lists what is");
    }

    void unknownCommandNamesTheNearest() {
        assertUsageError({"jobb", "7"}, "there is no command \"jobb 7\"; did you mean job?");
        assertUsageError({"mial", "test", "a@b.c"},
                         "there is no command \"mial test\"; did you mean mail test?");
        assertUsageError({"help", "mali"}, "there is no command \"mali\"; did you mean mail?");
        assertUsageError({"pigeon"}, "there is no command \"pigeon\"; errand --help lists them");
    }

    void badArgumentsShowTheUsageFirst() {
        const Outcome outcome = run({"mail", "test", "--fle=x"});
        CPPUNIT_ASSERT_EQUAL(exitUsage, outcome.code);
        CPPUNIT_ASSERT_EQUAL(std::string("usage: errand mail test ADDRESS [-fFILE]\nerrand: mail "
                                         "test: there is no option --fle; did you mean --file?\n"),
                             outcome.err);
    }

    void failureIsOneLine() {
        CPPUNIT_ASSERT_EQUAL(std::string("errand: no voice\n"), run({"mail", "tell"}).err);
        CPPUNIT_ASSERT_EQUAL(std::string("errand: I/O error: disk\n"), run({"mail"}).err);
        CPPUNIT_ASSERT_EQUAL(exitFailed, run({"mail", "tell"}).code);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProgramTest);

}  // namespace errand::cli
