// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "system/with_server.h"

namespace errand::tests {

// "errand submit", "jobs", "job", "retry" and "cancel", as scripts meet them.
class CliJobsTest : public WithServer {
    CPPUNIT_TEST_SUITE(CliJobsTest);
    CPPUNIT_TEST(submittedJobIsFollowedToItsResult);
    CPPUNIT_TEST(digitsAreExact);
    CPPUNIT_TEST(failureIsSaidByName);
    CPPUNIT_TEST(scheduledJobIsCancelledAndRetried);
    CPPUNIT_TEST(jobIsNotReadyInTime);
    CPPUNIT_TEST(listIsFilteredAndPaged);
    CPPUNIT_TEST(refusalsNameTheFields);
    CPPUNIT_TEST(serverThatIsAwayIsSaidAtOnce);
    CPPUNIT_TEST(textOfJobsCannotSteerTheTerminal);
    CPPUNIT_TEST_SUITE_END();

    Ended errand(const std::vector<std::string>& arguments) {
        return runToEnd(arguments, {{"ERRAND_URL", server().url()}}, "errand");
    }
    // Its standard output without the line break, once it has ended with that code.
    std::string said(const std::vector<std::string>& arguments, int code = 0) {
        Ended ended = errand(arguments);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.out + ended.err, code, ended.code);
        if (ended.out.ends_with('\n')) ended.out.pop_back();
        return ended.out;
    }

    void submittedJobIsFollowedToItsResult() {
        start();
        const std::string id = said({"submit", "compute.compute", "sum", "30", "10", "a@b.c"});
        const std::string job = said({"job", id, "--wait"});
        checkHolds("job", job, "id:       " + id + "\ncall:     compute.compute\n");
        checkHolds("job", job, "state:    succeeded\n");
        CPPUNIT_ASSERT_MESSAGE(job, job.ends_with("\nresult:   40"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), mails(1).size());
        const base::Json json = base::Json::parse(said({"job", id, "--json"}));
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["sum",30,10,"a@b.c"])"), member(json, "args"));
    }

    void digitsAreExact() {
        start();
        const std::string sevens(1000, '7');
        const std::string job = said({"submit", "compute.compute", "--wait", "--kwargs",
                                      R"({"operation":"sub","value":)" + sevens + R"(,"other":")" +
                                          sevens.substr(1) + "\"}"});
        CPPUNIT_ASSERT(job.ends_with("\nresult:   7" + std::string(999, '0')));
    }

    void failureIsSaidByName() {
        start();
        const std::vector<std::string> arguments{"submit", "compute.compute", "div", "1",
                                                 "0",      "--wait"};
        checkHolds("job", said(arguments, 1), "error:    ZeroDivisionError: division by zero");
    }

    void scheduledJobIsCancelledAndRetried() {
        start();
        const std::string id =
            said({"submit", "compute.compute", "sum", "1", "2", "--delay", "3600"});
        checkHolds("queued", said({"job", id}), "state:    queued\n");
        checkHolds("cancelled", said({"cancel", id}), "state:    cancelled\n");
        said({"job", id}, 1);
        const Ended again = errand({"cancel", id});
        CPPUNIT_ASSERT_EQUAL(1, again.code);
        checkOneLine("cancelled twice", again.err, "errand: the job has finished already");
        checkHolds("retried", said({"retry", id}), id);
        CPPUNIT_ASSERT(said({"job", id, "--wait"}).ends_with("result:   3"));
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"error":{"type":"Conflict","message":"only a failed or cancelled job )"
                        R"(can be queued again"}})"),
            said({"retry", id, "--json"}, 1));
    }

    void jobIsNotReadyInTime() {
        start();
        const std::string id = said({"submit", "compute.compute", "sum", "1", "2", "--delay=999"});
        const Ended ended = errand({"job", id, "--wait", "--timeout", "0.2"});
        CPPUNIT_ASSERT_EQUAL(75, ended.code);
        checkOneLine("late", ended.err, "errand: the job has not ended within 0.2 s");
        checkHolds("late", ended.out, "state:    queued\n");
    }

    void listIsFilteredAndPaged() {
        start();
        for (int i = 0; i < 3; ++i) {
            submit(http(), R"({"service":"compute","method":"compute","args":["sum",1,2],)"
                           R"("tags":["a b&c"]})");
        }
        for (int i = 0; i < 600; ++i) submit(http(), computation("sum", "1", "1"));
        const auto lines = [&](const std::vector<std::string>& arguments) {
            const std::string out = said(arguments);
            return 1 + std::count(out.begin(), out.end(), '\n');
        };
        using Count = std::ptrdiff_t;
        CPPUNIT_ASSERT_EQUAL(Count(51), lines({"jobs"}));
        CPPUNIT_ASSERT_EQUAL(Count(604), lines({"jobs", "--limit", "1000"}));
        CPPUNIT_ASSERT_EQUAL(Count(4), lines({"jobs", "--tag", "a b&c", "--service=compute"}));
        CPPUNIT_ASSERT_EQUAL(Count(1), lines({"jobs", "--method=send"}));
        const base::Json json = base::Json::parse(said({"jobs", "--json", "--limit=601"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(601), json.find("jobs")->asArray().size());
        const Ended bad = errand({"jobs", "--state", "done"});
        CPPUNIT_ASSERT_EQUAL(1, bad.code);
        checkOneLine("unknown state", bad.err, "'state' must be one of queued, running");
    }

    void refusalsNameTheFields() {
        start();
        const Ended fields = errand({"submit", "compute.compute", "sum", "1", "abc", "x"});
        CPPUNIT_ASSERT_EQUAL(1, fields.code);
        checkOneLine("fields", fields.err, "errand: other: must be");
        checkHolds("fields", fields.err, "; email: must be");
        const Ended unknown = errand({"submit", "compute.compte"});
        checkOneLine("method", unknown.err, "did you mean 'compute'?");
        const Ended none = errand({"job", "00000000-0000-7000-8000-000000000000"});
        CPPUNIT_ASSERT_EQUAL(1, none.code);
        checkOneLine("no such job", none.err, "there is no job");
        const Ended noId = errand({"job", "7"});
        CPPUNIT_ASSERT_EQUAL(64, noId.code);
        checkHolds("no id", noId.err, "\"7\" is no id of a job");
    }

    void serverThatIsAwayIsSaidAtOnce() {
        start();
        const std::string url = server().url();
        server().kill();
        ended();
        const Ended gone = runToEnd({"jobs", "--url", url}, {}, "errand");
        CPPUNIT_ASSERT_EQUAL(69, gone.code);
        checkOneLine("away", gone.err, "errand: no answer from " + url + ": Connection refused");
        const Ended json = runToEnd({"jobs", "--json", "--url", url}, {}, "errand");
        CPPUNIT_ASSERT_EQUAL(69, json.code);
        CPPUNIT_ASSERT_EQUAL(std::string("Unavailable"),
                             member(*base::Json::parse(json.out).find("error"), "type"));
    }

    void textOfJobsCannotSteerTheTerminal() {
        start();
        const std::string id =
            submit(http(), R"({"service":"mail","method":"send",)"
                           R"("args":["a@b.c","s","\u001b[2J\u009b\u202e\u007f"]})");
        const std::string json = said({"job", id, "--wait", "--json"});
        CPPUNIT_ASSERT_MESSAGE(json, std::none_of(json.begin(), json.end(), [](char c) {
                                   return static_cast<unsigned char>(c) < ' ' ||
                                          static_cast<unsigned char>(c) > '~';
                               }));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CliJobsTest);

}  // namespace errand::tests
