// SPDX-License-Identifier: Apache-2.0
#include "cli/call_command.h"

#include <cppunit/extensions/HelperMacros.h>

#include <sstream>

#include "cli/exit_code.h"

namespace errand::cli {

class CallCommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CallCommandTest);
    CPPUNIT_TEST(stringsArePrintedAsTheyAre);
    CPPUNIT_TEST(otherResultsAreJson);
    CPPUNIT_TEST(errorsAreOneLineOnTheOtherStream);
    CPPUNIT_TEST(jsonIsOneObjectWhateverHappens);
    CPPUNIT_TEST(wordsThatMakeNoSenseAreRefusedBeforeAnyConnection);
    CPPUNIT_TEST_SUITE_END();

    std::ostringstream out_;
    std::ostringstream err_;

    int print(const Outcome& outcome, bool asJson = false) {
        out_.str("");
        err_.str("");
        return printOutcome(outcome, asJson, {out_, err_});
    }

    void stringsArePrintedAsTheyAre() {
        CPPUNIT_ASSERT_EQUAL(0, print({exitOk, R"("two\nlines \u00e4\u001b[2J")", "", ""}));
        CPPUNIT_ASSERT_EQUAL(std::string("two\nlines \xC3\xA4\\x1b[2J\n"), out_.str());
    }

    void otherResultsAreJson() {
        print({exitOk, "40", "", ""});
        CPPUNIT_ASSERT_EQUAL(std::string("40\n"), out_.str());
        print({exitOk, R"([1, {"a": null}])", "", ""});
        CPPUNIT_ASSERT_EQUAL(std::string("[1,{\"a\":null}]\n"), out_.str());
        print({exitOk, "null", "", ""});
        CPPUNIT_ASSERT_EQUAL(std::string("null\n"), out_.str());
    }

    void errorsAreOneLineOnTheOtherStream() {
        CPPUNIT_ASSERT_EQUAL(1, print({exitFailed, "", "KeyError", "'p\now'"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), out_.str());
        CPPUNIT_ASSERT_EQUAL(std::string("errand: KeyError: 'p\\now'\n"), err_.str());
    }

    void jsonIsOneObjectWhateverHappens() {
        print({exitOk, "\"x\"", "", ""}, true);
        CPPUNIT_ASSERT_EQUAL(std::string("{\"result\":\"x\"}\n"), out_.str());
        CPPUNIT_ASSERT_EQUAL(75, print({exitTryAgain, "", "RpcTimeout", "late"}, true));
        CPPUNIT_ASSERT_EQUAL(
            std::string("{\"error\":{\"type\":\"RpcTimeout\",\"message\":\"late\"}}\n"),
            out_.str());
        CPPUNIT_ASSERT_EQUAL(std::string(), err_.str());
    }

    void wordsThatMakeNoSenseAreRefusedBeforeAnyConnection() {
        const Command command = callCommand();
        const auto run = [&](const std::vector<std::string>& words) {
            return command.run(parseArguments(words, command.options), {out_, err_});
        };
        CPPUNIT_ASSERT_THROW(run({}), UsageError);
        CPPUNIT_ASSERT_THROW(run({"compute"}), UsageError);
        CPPUNIT_ASSERT_THROW(run({"a.b", "--kwargs", "[]"}), UsageError);
        CPPUNIT_ASSERT_THROW(run({"a.b", "--timeout", "soon"}), UsageError);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CallCommandTest);

}  // namespace errand::cli
