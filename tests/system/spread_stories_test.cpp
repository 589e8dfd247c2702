// SPDX-License-Identifier: Apache-2.0
// What becomes of one job when a node dies, comes back or changes its ways while it runs elsewhere.
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>

#include "broker/rabbitmq.h"
#include "system/fault_node.h"
#include "system/fault_store.h"
#include "system/jobs.h"

namespace errand::tests {

class SpreadStoriesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SpreadStoriesTest);
    CPPUNIT_TEST(replyOfAJobWaitsForItsOwner);
    CPPUNIT_TEST(jobOfADeadWorkerRunsAgain);
    CPPUNIT_TEST(poisonJobIsStopped);
    CPPUNIT_TEST(poisonCallIsStopped);
    CPPUNIT_TEST(cancelReachesAnotherNode);
    CPPUNIT_TEST(cancelWithTheReplyInFlightChangesNothing);
    CPPUNIT_TEST(otherTransportTakesTheJobOver);
    CPPUNIT_TEST(serviceOfTheCatalogueWaits);
    CPPUNIT_TEST(serviceWhoseHostsHaveGoneIsNamed);
    CPPUNIT_TEST(cancelledCallThatWaitedDoesNotRun);
    CPPUNIT_TEST(serviceNobodyKnowsFails);
    CPPUNIT_TEST(hungMethodElsewhereIsGivenUp);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { vhost_ = std::make_unique<Vhost>(); }
    void tearDown() override { vhost_.reset(); }

private:
    std::unique_ptr<Vhost> vhost_;

    std::vector<std::string> with(std::vector<std::string> settings) const {
        settings.insert(settings.begin(), {"transport=amqp", "amqp.uri=" + vhost_->uri()});
        return settings;
    }
    FaultNode api(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"services=", "cancel.grace=2 s"});
        return FaultNode(with(std::move(more)));
    }
    FaultNode worker() const { return FaultNode(with({"services=test", "http.enabled=false"})); }

    // Starts the worker again each time it dies, until the job has ended.
    static base::Json restartUntilEnded(FaultNode& working, Http& http, const std::string& id) {
        for (int runs = 0; runs < 20; ++runs) {
            while (working.server().running()) {
                base::Json job = jobNow(http, id);
                if (!job.find("finished_at")->isNull()) return job;
            }
            working.waitForEnd();
            working.tryStart();  // the job may come before it is ready
        }
        throw std::runtime_error("twenty crashes, and no end: " + jobNow(http, id).toString());
    }

    void replyOfAJobWaitsForItsOwner() {
        FaultNode owner = api();
        FaultNode working = worker();
        working.start();
        std::string id;
        {
            Http http(owner.start().port());
            id = submit(http, testJob("wait", markerArguments(working.marker("w"))));
            working.waitUntilBegun("w");
            waitUntilBegun(http, id);
        }
        owner.server().kill();
        working.put("w");
        vhost_->waitForMessages("rpc.reply-errand-" + nodeId(owner), 1);
        Http http(owner.start().port());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(waitFor(http, id), "attempt"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), column(owner.data(), id, "claim"));
        owner.server().stop();
        working.server().stop();
    }

    static std::string nodeId(const FaultNode& node) {
        std::string text = readFile(node.data() + "/node-id");
        while (!text.empty() && text.back() == '\n') text.pop_back();
        return text;
    }

    void jobOfADeadWorkerRunsAgain() {
        FaultNode owner = api();
        FaultNode working = worker();
        working.start();
        Http http(owner.start().port());
        const std::string id =
            submit(http, testJob("crash_once", markerArguments(working.marker("c"))));
        const base::Json job = restartUntilEnded(working, http, id);
        CPPUNIT_ASSERT_EQUAL(std::string("succeeded"), member(job, "state"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        working.server().stop();
        owner.server().stop();
    }

    void poisonJobIsStopped() {
        FaultNode owner = api({"jobs.maxCrashes=1"});
        FaultNode working = worker();
        working.start();
        Http http(owner.start().port());
        const std::string id = submit(http, testJob("crash", markerArguments(working.marker("p"))));
        const base::Json job = restartUntilEnded(working, http, id);
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), member(job, "state"));
        CPPUNIT_ASSERT_EQUAL(std::string("NodeLost"), member(*job.find("error"), "type"));
        working.server().stop();
        owner.server().stop();
    }

    void poisonCallIsStopped() {
        FaultNode working(with({"services=test", "http.enabled=false", "jobs.maxCrashes=2"}));
        working.start();
        vhost_->waitForBinding("rpc-test", "test.*");
        const std::string kwargs = '{' + markerArguments(working.marker("p")) + '}';
        Process call("errand", {"call", "test.crash", "--kwargs", kwargs, "--timeout", "60"},
                     working.marker("call.stderr"), {{"ERRAND_AMQP_URI", vhost_->uri()}});
        while (call.running()) {
            if (working.server().running()) continue;
            working.waitForEnd();
            working.tryStart();  // the poison may come before it is ready
        }
        CPPUNIT_ASSERT_EQUAL(1, call.wait());
        const std::string text = readFile(working.marker("call.stderr"));
        CPPUNIT_ASSERT_MESSAGE(text, text.find("NodeLost") != std::string::npos);
        working.server().stop();
    }

    void cancelReachesAnotherNode() {
        FaultNode owner = api();
        FaultNode working = worker();
        working.start();
        Http http(owner.start().port());
        const std::string id =
            submit(http, testJob("hang_until_cancelled", markerArguments(working.marker("h"))));
        working.waitUntilBegun("h");
        CPPUNIT_ASSERT_EQUAL(202, http.remove("/jobs/" + id).status);
        waitFor(http, id, "cancelled");
        working.server().stop();
        owner.server().stop();
    }

    void cancelWithTheReplyInFlightChangesNothing() {
        FaultNode owner = api();
        FaultNode working = worker();
        working.start();
        std::string id;
        {
            Http http(owner.start().port());
            id = submit(http, testJob("wait", markerArguments(working.marker("w"))));
            working.waitUntilBegun("w");
            waitUntilBegun(http, id);
            // The reply meets a job whose end is wanted.
            CPPUNIT_ASSERT_EQUAL(202, http.remove("/jobs/" + id).status);
            working.put("w");
            CPPUNIT_ASSERT_EQUAL(std::string("true"),
                                 member(waitFor(http, id), "cancel_requested"));
        }
        owner.server().stop();
        working.server().stop();
    }

    void otherTransportTakesTheJobOver() {
        const std::string data = directory_ / "data";
        FaultNode working = worker();
        working.start();
        std::string id;
        {
            Server before(Setup{
                .settings = with({"services="}), .directory = data, .program = "errandd_faulty"});
            Http http(before.port());
            id = submit(http, testJob("wait", markerArguments(working.marker("w"))));
            working.waitUntilBegun("w");
            before.kill();
        }
        working.remove("w.begun");
        Server after(
            Setup{.settings = {"services=test"}, .directory = data, .program = "errandd_faulty"});
        working.waitUntilBegun("w");  // here, this time
        working.put("w");
        Http http(after.port());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(waitFor(http, id), "attempt"));
        after.stop();
        CPPUNIT_ASSERT_EQUAL(std::string("2"), column(data, id, "claim"));
        working.server().stop();
    }

    void serviceOfTheCatalogueWaits() {
        FaultNode owner = api({"jobs.unroutableGrace=1 s"});
        Http http(owner.start().port());
        const std::string id = submit(http, testJob("echo", R"("value":7)"));
        for (;;) {
            const Answer ready = http.get("/readyz");
            CPPUNIT_ASSERT_EQUAL(200, ready.status);
            if (ready.body.find("service test") != std::string::npos) break;
        }
        FaultNode working = worker();
        working.start();
        const base::Json job = waitFor(http, id);
        CPPUNIT_ASSERT_EQUAL(std::string("7"), member(job, "result"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        working.server().stop();
        owner.server().stop();
    }

    // Its queue is still there, and takes calls.
    void serviceWhoseHostsHaveGoneIsNamed() {
        FaultNode owner = api();
        FaultNode working = worker();
        working.start();
        Http http(owner.start().port());
        waitFor(http, submit(http, testJob("echo", R"("value":6)")));
        working.server().stop();
        const std::string id = submit(http, testJob("echo", R"("value":7)"));
        while (http.get("/readyz").body.find("service test") == std::string::npos) continue;
        working.start();
        CPPUNIT_ASSERT_EQUAL(std::string("7"), member(waitFor(http, id), "result"));
        while (http.get("/readyz").body.find("service test") != std::string::npos) continue;
        working.server().stop();
        owner.server().stop();
    }

    void cancelledCallThatWaitedDoesNotRun() {
        FaultNode owner = api();
        FaultNode working = worker();
        working.start();
        Http http(owner.start().port());
        waitFor(http, submit(http, testJob("echo", R"("value":6)")));
        working.server().stop();
        const std::string note = R"("file":")" + working.marker("notes") + R"(","line":"x")";
        const std::string id = submit(http, testJob("note", note));
        vhost_->waitForMessages("rpc-test", 1);
        http.remove("/jobs/" + id);
        waitFor(http, id, "cancelled");
        working.start();
        waitFor(http, submit(http, testJob("echo", R"("value":8)")));
        vhost_->waitForMessages("rpc-test", 0);
        CPPUNIT_ASSERT(!std::filesystem::exists(working.marker("notes")));
        working.server().stop();
        owner.server().stop();
    }

    void serviceNobodyKnowsFails() {
        FaultNode owner = api({"jobs.unroutableGrace=1 s"});
        Http http(owner.start().port());
        const std::string id = submit(http, R"({"service":"misspelt","method":"go"})");
        const base::Json job = waitFor(http, id, "failed");
        CPPUNIT_ASSERT_EQUAL(std::string("UnknownService"), member(*job.find("error"), "type"));
        owner.server().stop();
    }

    // Its worker is one less there; here the job has its end, and its place is free.
    void hungMethodElsewhereIsGivenUp() {
        FaultNode owner = api();
        FaultNode working(with({"services=test", "http.enabled=false", "shutdown.grace=1 s"}));
        working.start();
        Http http(owner.start().port());
        const std::string id = submit(http, testJob("hang", markerArguments(working.marker("h")),
                                                    R"(,"timeout":1,"max_attempts":1)"));
        const base::Json job = waitFor(http, id, "failed");
        CPPUNIT_ASSERT_EQUAL(std::string("Timeout"), member(*job.find("error"), "type"));
        working.server().stop();
        owner.server().stop();
    }

    TemporaryDirectory directory_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SpreadStoriesTest);

}  // namespace errand::tests
