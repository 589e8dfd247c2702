// SPDX-License-Identifier: Apache-2.0
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>

#include "system/checks.h"
#include "system/fault_node.h"
#include "system/fault_store.h"
#include "system/jobs.h"
#include "system/maildir.h"

namespace errand::tests {

class FaultHangTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FaultHangTest);
    CPPUNIT_TEST(hungMethodCostsOneWorkerAndFails);
    CPPUNIT_TEST(methodThatEndsWhenAskedIsTriedAgain);
    CPPUNIT_TEST(stopLeavesAHungMethodWithinItsGrace);
    CPPUNIT_TEST(stopAfterAHungMethodWasGivenUp);
    CPPUNIT_TEST(cancelEndsAMethodByItsToken);
    CPPUNIT_TEST(cancelGivesUpAMethodThatDoesNotListen);
    CPPUNIT_TEST(cancelledMethodThatIsQuickerSucceeds);
    CPPUNIT_TEST(cancelOfAJobBehindBusyWorkers);
    CPPUNIT_TEST_SUITE_END();

    // How long a stop may take beyond shutdown.grace on a machine that has much to do.
    static constexpr std::chrono::seconds margin{20};

    static std::string begin(FaultNode& node, Http& http, const std::string& method,
                             const std::string& email = {}, const std::string& more = {}) {
        const std::string id =
            submit(http, testJob(method, markerArguments(node.marker(method), email), more));
        node.waitUntilBegun(method);
        return id;
    }

    static void checkEcho(Http& http) {
        const std::string id = submit(http, testJob("echo", R"("value":"here")"));
        CPPUNIT_ASSERT_EQUAL(std::string("here"), member(waitFor(http, id), "result"));
    }

    void hungMethodCostsOneWorkerAndFails() {
        FaultNode node({"cancel.grace=500ms", "shutdown.grace=500ms"});
        Http http(node.start().port());
        const std::string id = begin(node, http, "hang", "h@example.org", R"(,"timeout":0.5)");
        for (int i = 0; i < 10; ++i) checkEcho(http);
        waitFor(http, submitComputation(http, computation("sum", "1", "2", "c@example.org")));
        const base::Json job = waitFor(http, id, "failed");
        checkHolds("error", member(job, "error"), R"("type":"Timeout")");
        checkHolds("error", member(job, "error"), "not finished within 0.500 s, and did not stop");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        CPPUNIT_ASSERT(!job.find("started_at")->isNull());
        for (int i = 0; i < 10; ++i) checkEcho(http);
        waitUntilFinished(node.data());
        int mails = 0;
        for (const Mail& mail : readMails(node.data())) {
            if (mail.field("To") != "h@example.org") continue;
            ++mails;
            CPPUNIT_ASSERT_EQUAL(std::string("An error occurred"), mail.field("Subject"));
            checkHolds("mail", mail.body, "Timeout: not finished within 0.500 s, and did not stop");
        }
        CPPUNIT_ASSERT_EQUAL(1, mails);
        node.server().stop();
    }

    void methodThatEndsWhenAskedIsTriedAgain() {
        FaultNode node;
        Http http(node.start().port());
        const std::string id = begin(node, http, "hang_until_cancelled", "h@example.org",
                                     R"(,"timeout":0.2,"max_attempts":2)");
        const base::Json job = waitFor(http, id, "failed");
        checkHolds("error", member(job, "error"), "not finished within 0.200 s");
        CPPUNIT_ASSERT_EQUAL(std::string("2"), member(job, "attempt"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), waitForMails(node.data(), 1).size());
        node.server().stop();
    }

    void stopLeavesAHungMethodWithinItsGrace() {
        FaultNode node({"shutdown.grace=500ms"});
        Http http(node.start().port());
        const std::string id = begin(node, http, "hang");
        const auto begun = std::chrono::steady_clock::now();
        CPPUNIT_ASSERT_EQUAL(0, node.server().terminate());
        const auto took = std::chrono::steady_clock::now() - begun;
        CPPUNIT_ASSERT(took >= std::chrono::milliseconds(500));
        CPPUNIT_ASSERT(took < std::chrono::milliseconds(500) + margin);
        // What was at work waits for the next run, and nothing is counted against it.
        CPPUNIT_ASSERT_EQUAL(std::string("0"), column(node.data(), id, "state"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), column(node.data(), id, "attempt"));
        node.remove("hang.begun");
        node.start();
        node.waitUntilBegun("hang");
        CPPUNIT_ASSERT_EQUAL(std::string("0"), column(node.data(), id, "crashes"));
        CPPUNIT_ASSERT_EQUAL(0, node.server().terminate());
    }

    void stopAfterAHungMethodWasGivenUp() {
        FaultNode node({"cancel.grace=0s", "shutdown.grace=200ms"});
        Http http(node.start().port());
        const std::string id = begin(node, http, "hang", {}, R"(,"timeout":0.1)");
        waitFor(http, id, "failed");
        CPPUNIT_ASSERT_EQUAL(0, node.server().terminate());
        CPPUNIT_ASSERT_EQUAL(std::string("3"), column(node.data(), id, "state"));
        // The mark of a method that was given up must not make a crash of it.
        Http again(node.start().port());
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), member(jobNow(again, id), "state"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), column(node.data(), id, "crashes"));
        checkEcho(again);
        node.server().stop();
    }

    // DELETE of a running job: it is told, and says so.
    static void cancelRunning(Http& http, const std::string& id) {
        const Answer answer = http.remove("/jobs/" + id);
        CPPUNIT_ASSERT_EQUAL(202, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("true"), member(answer.json(), "cancel_requested"));
    }

    void cancelEndsAMethodByItsToken() {
        FaultNode node({"cancel.grace=1h"});  // the grace cannot be what ends it
        Http http(node.start().port());
        const std::string id = begin(node, http, "hang_until_cancelled", "h@example.org");
        cancelRunning(http, id);
        const base::Json job = waitFor(http, id, "cancelled");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        CPPUNIT_ASSERT(!job.find("finished_at")->isNull());
        CPPUNIT_ASSERT_EQUAL(409, http.remove("/jobs/" + id).status);
        // Who cancels wants no mail about it.
        CPPUNIT_ASSERT(readMails(node.data()).empty());
        checkEcho(http);
        node.server().stop();
    }

    void cancelGivesUpAMethodThatDoesNotListen() {
        FaultNode node({"cancel.grace=300ms", "shutdown.grace=200ms"});
        Http http(node.start().port());
        const std::string id = begin(node, http, "hang");
        cancelRunning(http, id);
        CPPUNIT_ASSERT_EQUAL(std::string("true"),
                             member(waitFor(http, id, "cancelled"), "cancel_requested"));
        checkEcho(http);
        CPPUNIT_ASSERT_EQUAL(0, node.server().terminate());
    }

    void cancelledMethodThatIsQuickerSucceeds() {
        FaultNode node({"cancel.grace=1h"});
        Http http(node.start().port());
        const std::string id = begin(node, http, "wait", "w@example.org");
        cancelRunning(http, id);
        node.put("wait");
        const base::Json job = waitFor(http, id);
        CPPUNIT_ASSERT_EQUAL(std::string("done"), member(job, "result"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), waitForMails(node.data(), 1).size());
        node.server().stop();
    }

    // It is with the transport already, but has not begun: it must never begin.
    void cancelOfAJobBehindBusyWorkers() {
        FaultNode node;
        Http http(node.start().port());
        std::vector<std::string> busy;
        for (const char* name : {"a", "b", "c"}) {
            busy.push_back(submit(http, testJob("wait", markerArguments(node.marker(name)))));
            node.waitUntilBegun(name);
        }
        const std::string id = submit(http, testJob("wait", markerArguments(node.marker("late"))));
        CPPUNIT_ASSERT_EQUAL(202, http.remove("/jobs/" + id).status);
        waitFor(http, id, "cancelled");
        for (const char* name : {"a", "b", "c", "late"}) node.put(name);
        for (const std::string& each : busy) waitFor(http, each);
        checkEcho(http);
        CPPUNIT_ASSERT(!std::filesystem::exists(node.marker("late") + ".begun"));
        node.server().stop();
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FaultHangTest);

}  // namespace errand::tests
