// SPDX-License-Identifier: Apache-2.0
// Stops, kills and new starts over a transport whose calls outlive the process.
#include <cppunit/extensions/HelperMacros.h>

#include "base/forked.h"
#include "jobs/node.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;
using Kind = rpc::End::Kind;

class EngineSurvivorsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EngineSurvivorsTest);
    CPPUNIT_TEST(callsAreAttachedAfterAStop);
    CPPUNIT_TEST(callsAreAttachedAfterAKill);
    CPPUNIT_TEST(callsSurviveManyRuns);
    CPPUNIT_TEST(survivorsFillTheirLane);
    CPPUNIT_TEST(callsOfAnotherBrokerAreMadeAnew);
    CPPUNIT_TEST(callsOfAnotherTransportAreMadeAnew);
    CPPUNIT_TEST(callsWithinTheProcessDoNotSurviveASwitch);
    CPPUNIT_TEST(wayBackToTheOldBrokerFindsNothing);
    CPPUNIT_TEST(survivorToBeCancelledIsCancelledAgain);
    CPPUNIT_TEST(cancelGoesBeforeASwitch);
    CPPUNIT_TEST(lostJobRunsAloneWhileOthersGoOn);
    CPPUNIT_TEST(lostAgainAndAgainIsTheEnd);
    CPPUNIT_TEST(overdueJobExpires);
    CPPUNIT_TEST(whatIsAwayIsNamed);
    CPPUNIT_TEST(foreignJobRuns);
    CPPUNIT_TEST_SUITE_END();

    static void amqp(Settings& settings) {
        settings.transport = "amqp";
        settings.broker = "here";
    }
    static void elsewhere(Settings& settings) {
        settings.transport = "amqp";
        settings.broker = "elsewhere";
    }
    static void pigeon(Settings& settings) {
        settings.transport = "pigeon";
        settings.broker = "here";
    }
    static void inproc(Settings&) {}

public:
    void setUp() override {
        files_.emplace();
        clock_.emplace();
    }
    void tearDown() override {
        clock_.reset();
        files_.reset();
    }

    void callsAreAttachedAfterAStop() {
        std::vector<Job> jobs;
        {
            Node node(*files_, *clock_, amqp);
            startThree(node, jobs);
        }
        CPPUNIT_ASSERT_EQUAL("3 running"s, rows());
        Node node(*files_, *clock_, amqp);
        assertThreeAttached(node, jobs);
    }

    // Only what was on disk is known then.
    void callsAreAttachedAfterAKill() {
        forked::Process process([&] {
            Node node(*files_, *clock_, amqp);
            std::vector<Job> jobs;
            startThree(node, jobs);
            clock_->advance(100ms);
            eventually([&] { return value("SELECT sum(sent) FROM jobs") == "2"; });
            ::raise(SIGKILL);
            return 0;
        });
        const forked::Ending ending = process.wait();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ending.words, 128 + SIGKILL, ending.code);
        clock_->advance(101ms);
        Node node(*files_, *clock_, amqp);
        std::vector<Job> jobs = node.engine.list({}, 10, std::nullopt).jobs;
        std::reverse(jobs.begin(), jobs.end());
        assertThreeAttached(node, jobs);
    }

    void callsSurviveManyRuns() {
        std::vector<Job> jobs;
        {
            Node node(*files_, *clock_, amqp);
            startThree(node, jobs);
        }
        for (int i = 0; i < 3; ++i) {
            const Node node(*files_, *clock_, amqp);
        }
        Node node(*files_, *clock_, amqp);
        assertThreeAttached(node, jobs);
    }

    void survivorsFillTheirLane() {
        {
            Node node(*files_, *clock_, amqp);
            for (int i = 0; i < 4; ++i) node.submit();
            node.transport.waitCall(3);
        }
        Node node(*files_, *clock_, amqp);
        const Job fifth = node.submit();
        node.settleDown();
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, node.transport.count());
        CPPUNIT_ASSERT_EQUAL("queued"s, node.stateOf(fifth));
        node.transport.run(0, succeeded());
        CPPUNIT_ASSERT(node.transport.waitCall(4).job->job == fifth.id);
    }

    void callsOfAnotherBrokerAreMadeAnew() { assertMadeAnew(amqp, elsewhere); }
    void callsOfAnotherTransportAreMadeAnew() {
        assertMadeAnew(amqp, pigeon);
        setUp();
        assertMadeAnew(amqp, inproc);
    }
    void callsWithinTheProcessDoNotSurviveASwitch() { assertMadeAnew(inproc, amqp); }

    // What it holds there is of a claim that is over.
    void wayBackToTheOldBrokerFindsNothing() {
        {
            Node node(*files_, *clock_, amqp);
            node.submit();
            node.transport.waitCall(0);
        }
        {
            Node node(*files_, *clock_, elsewhere);
            node.transport.waitCall(0);
        }
        Node node(*files_, *clock_, amqp);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, node.transport.waitCall(0).job->claim);
        CPPUNIT_ASSERT(node.transport.attached().empty());
    }

    void survivorToBeCancelledIsCancelledAgain() {
        std::optional<Job> job;
        {
            Node node(*files_, *clock_, amqp);
            job = node.submit();
            node.transport.waitCall(0);
            CPPUNIT_ASSERT(node.engine.cancel(job->id).change == Change::asked);
        }
        Node node(*files_, *clock_, amqp);
        node.transport.waitCancel(0);
        CPPUNIT_ASSERT(node.now(*job).cancelRequested);
        clock_->advance(10s);
        CPPUNIT_ASSERT_EQUAL("cancelled"s, node.awaitState(*job, "cancelled"));
    }

    void cancelGoesBeforeASwitch() {
        std::optional<Job> job;
        {
            Node node(*files_, *clock_, amqp);
            job = node.submit();
            node.transport.waitCall(0);
            node.engine.cancel(job->id);
        }
        Node node(*files_, *clock_, elsewhere);
        CPPUNIT_ASSERT_EQUAL("cancelled"s, node.stateOf(*job));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, node.transport.count());
    }

    void lostJobRunsAloneWhileOthersGoOn() {
        Node node(*files_, *clock_, amqp);
        const Job job = node.submit("alpha", "plain");
        CPPUNIT_ASSERT(!node.transport.waitCall(0).job->alone);
        node.transport.begin(0, "worker-7");
        node.transport.end(0, of(Kind::lost));
        const rpc::Call again = node.transport.waitCall(1);
        CPPUNIT_ASSERT(again.job->job == job.id && again.job->alone);
        CPPUNIT_ASSERT_EQUAL(1, again.job->attempt);
        node.transport.begin(1, "worker-8");
        // Whoever runs it keeps the others away from it: here they go on.
        const Job other = node.submit("beta", "plain");
        const Job same = node.submit("alpha", "plain");
        node.transport.run(2, succeeded());
        node.transport.run(3, succeeded());
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node.awaitState(other, "succeeded"));
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node.awaitState(same, "succeeded"));
        CPPUNIT_ASSERT(!node.transport.waitCall(3).job->alone);
        node.transport.end(1, succeeded());
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node.awaitState(job, "succeeded"));
    }

    void lostAgainAndAgainIsTheEnd() {
        Node node(*files_, *clock_, amqp);
        const Job job = node.submit();
        for (std::size_t i = 0; i < 4; ++i) {  // once among others, and three times alone
            CPPUNIT_ASSERT_EQUAL(i > 0, node.transport.waitCall(i).job->alone);
            node.transport.begin(i, "worker-7");
            node.transport.end(i, of(Kind::lost));
        }
        CPPUNIT_ASSERT_EQUAL("failed"s, node.awaitState(job, "failed"));
        CPPUNIT_ASSERT_EQUAL("NodeLost"s, node.now(job).error->type);
        CPPUNIT_ASSERT_EQUAL(0, node.now(job).attempt - 1);
        CPPUNIT_ASSERT_EQUAL("mail"s, node.transport.waitCall(4).service);  // the promised mail
    }

    void overdueJobExpires() {
        Node node(*files_, *clock_, amqp);
        NewJob wanted = asked("alpha", "work");
        wanted.expiresAt = clock_->now() + 5s;
        const Job job = node.submit(wanted);
        CPPUNIT_ASSERT(node.transport.waitCall(0).window == 5s);
        clock_->advance(5s);
        node.settleDown();  // the expiry finds nothing: it is running
        node.transport.end(0, of(Kind::overdue));
        CPPUNIT_ASSERT_EQUAL("failed"s, node.awaitState(job, "failed"));
        CPPUNIT_ASSERT_EQUAL("Expired"s, node.now(job).error->type);
    }

    void whatIsAwayIsNamed() {
        Node node(*files_, *clock_, amqp);
        CPPUNIT_ASSERT(node.engine.readiness().missing.empty());
        node.transport.setConnected(false);
        node.submit("beta");
        node.transport.waitCall(0);
        node.transport.end(0, of(Kind::unavailable));
        node.submit("thumbs");
        node.transport.waitCall(1);
        node.transport.end(1, of(Kind::unknownService));
        const Readiness ready = node.engine.readiness();
        CPPUNIT_ASSERT(ready.storing);
        CPPUNIT_ASSERT(
            (ready.missing == std::vector{"broker"s, "service beta"s, "service thumbs"s}));
    }

    void foreignJobRuns() {
        Node node(*files_, *clock_, amqp);
        const Job job = node.submit("thumbs", "make");
        const rpc::Call call = node.transport.waitCall(0);
        CPPUNIT_ASSERT(call.deadline.has_value());
        node.transport.end(0, succeeded("\"done\""));  // such a service never says it begins
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node.awaitState(job, "succeeded"));
        const Job late = node.submit("thumbs", "make");
        node.transport.waitCall(1);
        node.transport.end(1, of(Kind::timeout));
        CPPUNIT_ASSERT_EQUAL("queued"s, node.awaitState(late, "queued"));
        CPPUNIT_ASSERT_EQUAL(1, node.now(late).attempt);
    }

private:
    // The first has begun, the broker has the second, nothing is known of the third.
    static void startThree(Node& node, std::vector<Job>& jobs) {
        for (int i = 0; i < 3; ++i) jobs.push_back(node.submit());
        node.transport.waitCall(2);
        node.transport.send(0);
        node.transport.begin(0, "worker-7");
        node.transport.send(1);
    }

    static void assertThreeAttached(Node& node, const std::vector<Job>& jobs) {
        const std::vector<rpc::Attachment> attached = node.transport.attached();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, attached.size());
        CPPUNIT_ASSERT(attached[0].sent && attached[1].sent && !attached[2].sent);
        CPPUNIT_ASSERT_EQUAL("worker-7 "s, attached[0].begun + ' ' + attached[1].begun);
        for (std::size_t i = 0; i < 3; ++i) {
            const rpc::Call call = node.transport.waitCall(i);
            CPPUNIT_ASSERT_EQUAL(jobs[i].id.toString() + ".1", call.id);
            CPPUNIT_ASSERT_EQUAL("alpha.work"s, call.service + '.' + call.method);
            CPPUNIT_ASSERT_EQUAL("[1]"s, call.arguments.args);
            CPPUNIT_ASSERT_EQUAL(1, call.job->attempt);
            node.transport.end(i, succeeded(std::to_string(i)));
            CPPUNIT_ASSERT_EQUAL("succeeded"s, node.awaitState(jobs[i], "succeeded"));
            CPPUNIT_ASSERT_EQUAL(std::to_string(i), node.now(jobs[i]).result);
        }
        CPPUNIT_ASSERT(node.now(jobs[0]).startedAt);
    }

    void assertMadeAnew(const Node::Change& before, const Node::Change& after) {
        std::optional<Job> job;
        forked::Process process([&] {
            Node node(*files_, *clock_, before);
            node.submit();
            node.transport.waitCall(0);
            ::raise(SIGKILL);
            return 0;
        });
        process.wait();
        clock_->advance(1ms);
        Node node(*files_, *clock_, after);
        const rpc::Call call = node.transport.waitCall(0);
        CPPUNIT_ASSERT(node.transport.attached().empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, call.job->claim);
        CPPUNIT_ASSERT_EQUAL(1, call.job->attempt);
        CPPUNIT_ASSERT(!call.job->alone);
    }

    std::string value(const std::string& sql) {
        store::Database database(files_->path(), store::Database::Role::reader);
        return valueOf(database, sql);
    }

    std::string rows() {
        return value("SELECT count(*) || ' ' || group_concat(DISTINCT state) FROM job_view");
    }

    std::optional<TemporaryStore> files_;
    std::optional<FakeClock> clock_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(EngineSurvivorsTest);
