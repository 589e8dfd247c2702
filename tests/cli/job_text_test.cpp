// SPDX-License-Identifier: Apache-2.0
#include "cli/job_text.h"

#include <cppunit/extensions/HelperMacros.h>

#include "cli/exit_code.h"
#include "tiny_server.h"

namespace errand::cli {

class JobTextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobTextTest);
    CPPUNIT_TEST(jobIsDescribedLineByLine);
    CPPUNIT_TEST(errorsAndNullResultsAreShown);
    CPPUNIT_TEST(waitingJobsSayWhatTheyWaitFor);
    CPPUNIT_TEST(tableIsInColumns);
    CPPUNIT_TEST(stateIsTheExitCode);
    CPPUNIT_TEST(nothingOfTheServersReachesTheTerminalUnescaped);
    CPPUNIT_TEST(oddAnswersAreShownAllTheSame);
    CPPUNIT_TEST_SUITE_END();

    static base::Json job(const std::string& state, const std::string& more = {}) {
        return base::Json::parse(jobJson(state, more));
    }
    static bool holds(const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    }

    void jobIsDescribedLineByLine() {
        const std::string digits(300, '7');
        CPPUNIT_ASSERT_EQUAL(
            "id:       01a20494-6d20-701d-b03f-6a6c4b9a2ce4\n"
            "call:     compute.compute\n"
            "state:    succeeded\n"
            "attempt:  1 of 3\n"
            "created:  2026-11-22T18:46:05.600461Z\n"
            "result:   " +
                digits + '\n',
            describeJob(job("succeeded", ",\"result\":" + digits)));
    }

    void errorsAndNullResultsAreShown() {
        const std::string failed = describeJob(
            job("failed", R"(,"result":null,"error":{"type":"KeyError","message":"'pow'"})"));
        CPPUNIT_ASSERT(failed.ends_with("error:    KeyError: 'pow'\n"));
        CPPUNIT_ASSERT(describeJob(job("succeeded", R"(,"result":null,"error":null)"))
                           .ends_with("result:   null\n"));
        CPPUNIT_ASSERT(
            describeJob(job("succeeded", R"(,"result":"a\nb")")).ends_with("result:   a\nb\n"));
    }

    void waitingJobsSayWhatTheyWaitFor() {
        CPPUNIT_ASSERT(
            holds(describeJob(job("queued", R"(,"run_at":"2027-01-01T00:00:00.000000Z")")),
                  "due:      2027-01-01T00:00:00.000000Z\n"));
        CPPUNIT_ASSERT(holds(describeJob(job("running", R"(,"cancel_requested":true)")),
                             "state:    running, asked to end\n"));
        CPPUNIT_ASSERT(holds(describeJob(job("cancelled", R"(,"cancel_requested":true)")),
                             "state:    cancelled\n"));
    }

    void tableIsInColumns() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("ID                                    STATE    CALL             ATTEMPT  "
                        "CREATED\n"
                        "01a20494-6d20-701d-b03f-6a6c4b9a2ce4  running  compute.compute  1/3      "
                        "2026-11-22T18:46:05Z\n"),
            tableOf({job("running")}));
        CPPUNIT_ASSERT_EQUAL(std::string("ID  STATE  CALL  ATTEMPT  CREATED\n"), tableOf({}));
    }

    void stateIsTheExitCode() {
        CPPUNIT_ASSERT_EQUAL(exitOk, exitCodeOf(job("succeeded")));
        CPPUNIT_ASSERT_EQUAL(exitFailed, exitCodeOf(job("failed")));
        CPPUNIT_ASSERT_EQUAL(exitFailed, exitCodeOf(job("cancelled")));
        CPPUNIT_ASSERT_EQUAL(exitTryAgain, exitCodeOf(job("queued")));
        CPPUNIT_ASSERT_EQUAL(exitTryAgain, exitCodeOf(job("running")));
    }

    void nothingOfTheServersReachesTheTerminalUnescaped() {
        const base::Json evil = base::Json::parse(
            R"({"id":"\u001b[2J","service":"\n","method":"\u009b","state":"succeeded",)"
            R"("result":["\u007f"],"error":{"type":"\u0007","message":"\r"}})");
        for (const std::string& text : {describeJob(evil), tableOf({evil})}) {
            for (const char c : text) {
                const auto byte = static_cast<unsigned char>(c);
                CPPUNIT_ASSERT_MESSAGE(text, c == '\n' || (byte >= 0x20 && byte < 0x7f));
            }
        }
    }

    void oddAnswersAreShownAllTheSame() {
        CPPUNIT_ASSERT_NO_THROW(describeJob(base::Json::parse("[]")));
        CPPUNIT_ASSERT_NO_THROW(tableOf({base::Json::parse("7")}));
        CPPUNIT_ASSERT_EQUAL(std::string("7"), memberText(base::Json::parse(R"({"a":7})"), "a"));
        CPPUNIT_ASSERT_EQUAL(std::string(), memberText(base::Json::parse("{}"), "a"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobTextTest);

}  // namespace errand::cli
