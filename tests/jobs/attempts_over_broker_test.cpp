// SPDX-License-Identifier: Apache-2.0
// Attempts whose calls outlive the process: how they end.
#include <cppunit/extensions/HelperMacros.h>

#include "jobs/bench.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;
using Kind = rpc::End::Kind;

class AttemptsOverBrokerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AttemptsOverBrokerTest);
    CPPUNIT_TEST(nobodysTimeIsUpWhileTheBrokerIsAway);
    CPPUNIT_TEST(hungMethodIsNotGivenUpWhileTheBrokerIsAway);
    CPPUNIT_TEST(cancelNeedsNoBroker);
    CPPUNIT_TEST(hungRemoteCallGivesItsRoomBack);
    CPPUNIT_TEST(overdueCallIsQueuedAgainWhereItWas);
    CPPUNIT_TEST(lostCallIsSuspect);
    CPPUNIT_TEST(lostCallThatRanAloneIsBlamed);
    CPPUNIT_TEST(lostTooOftenAloneFailsWithItsCast);
    CPPUNIT_TEST(foreignServiceIsWaitedForAndThenUnknown);
    CPPUNIT_TEST(foreignServiceThatAnswersHasTheWholeGraceAgain);
    CPPUNIT_TEST(jobThatCameLaterHasAGraceOfItsOwn);
    CPPUNIT_TEST(serviceOfTheCatalogueIsWaitedForForEver);
    CPPUNIT_TEST(survivorGoesOnFromWhatIsKnown);
    CPPUNIT_TEST(survivorTakesAPlaceInItsLane);
    CPPUNIT_TEST(survivorsTimeIsUpOnlyOnceAllRepliesWereTold);
    CPPUNIT_TEST(survivorsTimeIsNeverLongerThanTheWhole);
    CPPUNIT_TEST(callThatDidNotSurviveIsQueuedAgain);
    CPPUNIT_TEST(survivorToBeCancelledIsCancelledAgain);
    CPPUNIT_TEST(detachedCallStaysRunning);
    CPPUNIT_TEST(endsAndGivingUpMayMeet);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        bench_.emplace(200);
        bench_->settings.transport = "amqp";
        bench_->settings.broker = "there";
        bench_->transport.survive();
    }
    void tearDown() override { bench_.reset(); }

    void nobodysTimeIsUpWhileTheBrokerIsAway() {
        const Job job = bench_->started();
        transport().begin(0, "worker-7");
        transport().setConnected(false);
        bench_->clock.advance(1h);
        look();
        CPPUNIT_ASSERT(transport().cancelled().empty());
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job));
        transport().setConnected(true);
        look();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, transport().cancelled().size());
        // cancel.grace is shorter than what the transport needs to find out that a process died.
        bench_->clock.advance(19s);
        look();
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job));
        bench_->clock.advance(1s);
        look();
        CPPUNIT_ASSERT_EQUAL("failed"s, bench_->stateOf(job));
    }

    void hungMethodIsNotGivenUpWhileTheBrokerIsAway() {
        const Job job = bench_->started("alpha", "plain");
        transport().begin(0, "worker-7");
        bench_->clock.advance(61s);
        look();
        transport().setConnected(false);
        bench_->clock.advance(1h);
        look();
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job));
        end(0, succeeded("1"));  // it waited at the broker
        CPPUNIT_ASSERT_EQUAL("succeeded"s, bench_->stateOf(job));
    }

    void cancelNeedsNoBroker() {
        const Job job = bench_->started();
        transport().setConnected(false);
        bench_->onWriter([&] {
            bench_->jobs.requestCancel(job.id);
            attempts().requestCancel(job.id);
        });
        bench_->clock.advance(10s);
        look();
        CPPUNIT_ASSERT_EQUAL("cancelled"s, bench_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL(202, bench_->roomOf("alpha"));
    }

    void hungRemoteCallGivesItsRoomBack() {
        const Job job = bench_->started("alpha", "plain");
        transport().begin(0, "worker-7");
        CPPUNIT_ASSERT_EQUAL(201, bench_->roomOf("alpha"));
        bench_->clock.advance(61s);
        look();
        bench_->clock.advance(20s);
        look();
        CPPUNIT_ASSERT_EQUAL("failed"s, bench_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL(202, bench_->roomOf("alpha"));
        CPPUNIT_ASSERT_EQUAL(0, attempts().active());
        // The transport tells it nothing more: it was forgotten.
        CPPUNIT_ASSERT_THROW(transport().end(0, succeeded()), std::logic_error);
        look();
    }

    void overdueCallIsQueuedAgainWhereItWas() {
        const Job job = bench_->started();
        bench_->clock.advance(1h);
        end(0, of(Kind::overdue));
        const Job again = bench_->now(job);
        CPPUNIT_ASSERT(again.state == JobState::queued);
        CPPUNIT_ASSERT_EQUAL(0, again.attempt);
        CPPUNIT_ASSERT(again.runAt == job.runAt);
        CPPUNIT_ASSERT(!bench_->lanes.of("alpha").gate().closed());
        CPPUNIT_ASSERT_EQUAL(202, bench_->roomOf("alpha"));
    }

    void lostCallIsSuspect() {
        const Job job = bench_->started();
        transport().begin(0, "worker-7");
        end(0, of(Kind::lost));
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL("0 1 0"s, column(job, counts));
        CPPUNIT_ASSERT(bench_->timetable.nextSuspect.at() == job.runAt);
        CPPUNIT_ASSERT(!bench_->lanes.of("alpha").backlog());  // it goes another way
    }

    void lostCallThatRanAloneIsBlamed() {
        const Job job = startSuspect(1, 0);
        CPPUNIT_ASSERT(transport().waitCall(0).job->alone);
        transport().begin(0, "worker-7");
        end(0, of(Kind::lost));
        CPPUNIT_ASSERT_EQUAL("0 2 1"s, column(job, counts));
    }

    void lostTooOftenAloneFailsWithItsCast() {
        const Job job = startSuspect(2, 2);
        transport().begin(0, "worker-7");
        end(0, of(Kind::lost));
        CPPUNIT_ASSERT(
            bench_->now(job).error ==
            (rpc::ErrorReply{"NodeLost", "the process died 3 times while this job ran alone"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, bench_->childrenOf(job).size());
    }

    void foreignServiceIsWaitedForAndThenUnknown() {
        const Job job = bench_->started("thumbs");
        end(0, of(Kind::unknownService));
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(job));
        CPPUNIT_ASSERT(gate("thumbs").closed());
        bench_->clock.advance(30s - 1ms);
        CPPUNIT_ASSERT_EQUAL("queued"s, triedAgain(job));
        bench_->clock.advance(1ms);
        CPPUNIT_ASSERT_EQUAL("failed"s, triedAgain(job));
        CPPUNIT_ASSERT_EQUAL("UnknownService"s, bench_->now(job).error->type);
        CPPUNIT_ASSERT(!gate("thumbs").closed());  // the next finds it out by itself
    }

    void foreignServiceThatAnswersHasTheWholeGraceAgain() {
        const Job first = bench_->started("thumbs");
        end(0, of(Kind::unknownService));
        bench_->clock.advance(29s);
        startAgain("thumbs");
        end(1, succeeded("1"));
        CPPUNIT_ASSERT_EQUAL("succeeded"s, bench_->stateOf(first));
        const Job second = bench_->started("thumbs");
        bench_->clock.advance(2s);
        end(2, of(Kind::unknownService));
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(second));
    }

    // The service may have been there in between.
    void jobThatCameLaterHasAGraceOfItsOwn() {
        const Job first = bench_->started("thumbs");
        end(0, of(Kind::unknownService));
        bench_->clock.advance(30s);
        CPPUNIT_ASSERT_EQUAL("failed"s, triedAgain(first));
        bench_->clock.advance(1h);
        const Job second = bench_->started("thumbs");
        end(2, of(Kind::unknownService));
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(second));
        bench_->clock.advance(30s);
        CPPUNIT_ASSERT_EQUAL("failed"s, triedAgain(second));
    }

    void serviceOfTheCatalogueIsWaitedForForEver() {
        const Job job = bench_->started();
        for (std::size_t i = 0; i < 5; ++i) {
            end(i, of(Kind::unknownService));
            CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(job));
            bench_->clock.advance(24h);
            startAgain("alpha");
        }
        CPPUNIT_ASSERT_EQUAL("1 0 0"s, column(job, counts));
    }

    void survivorGoesOnFromWhatIsKnown() {
        const base::Time begun = bench_->clock.now() - 30s;
        const Job job = resumed({begun, true, "worker-7", ""});
        CPPUNIT_ASSERT_EQUAL(job.id.toString() + ".1", transport().waitCall(0).id);
        CPPUNIT_ASSERT_EQUAL("worker-7"s, transport().attached().at(0).begun);
        CPPUNIT_ASSERT(transport().attached().at(0).sent);
        bench_->clock.advance(29s);
        look();
        CPPUNIT_ASSERT(transport().cancelled().empty());
        bench_->clock.advance(1s);
        look();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, transport().cancelled().size());
        end(0, succeeded("1"));
        CPPUNIT_ASSERT_EQUAL("succeeded"s, bench_->stateOf(job));
        CPPUNIT_ASSERT(bench_->now(job).startedAt == begun);
    }

    void survivorTakesAPlaceInItsLane() {
        resumed({});
        CPPUNIT_ASSERT_EQUAL(201, bench_->roomOf("alpha"));
        CPPUNIT_ASSERT(!transport().attached().at(0).sent);
        CPPUNIT_ASSERT_EQUAL(""s, transport().attached().at(0).begun);
        end(0, succeeded("1"));
        CPPUNIT_ASSERT_EQUAL(202, bench_->roomOf("alpha"));
    }

    void survivorsTimeIsUpOnlyOnceAllRepliesWereTold() {
        transport().setConnected(false);
        const Job job = resumed({bench_->clock.now() - 2h, true, "worker-7", ""});
        look();
        CPPUNIT_ASSERT(transport().cancelled().empty());
        transport().setConnected(true);
        look();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, transport().cancelled().size());
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job));  // it has its grace
    }

    // The clock was set back meanwhile.
    void survivorsTimeIsNeverLongerThanTheWhole() {
        resumed({bench_->clock.now() + 2h, true, "worker-7", ""});
        bench_->clock.advance(60s);
        look();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, transport().cancelled().size());
    }

    void callThatDidNotSurviveIsQueuedAgain() {
        bench_.emplace(200);
        bench_->settings.transport = "amqp";
        const Job job = resumed({});
        bench_->drain();
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL("0 0 0"s, column(job, counts));
        CPPUNIT_ASSERT_EQUAL(202, bench_->roomOf("alpha"));
    }

    void survivorToBeCancelledIsCancelledAgain() {
        const Job job = resumed({}, true);
        transport().waitCancel(0);
        bench_->clock.advance(10s);
        look();
        CPPUNIT_ASSERT_EQUAL("cancelled"s, bench_->stateOf(job));
    }

    void detachedCallStaysRunning() {
        const Job waiting = bench_->started();
        const Job begun = bench_->started();
        transport().begin(1, "worker-7");
        transport().close({});
        bench_->drain();
        for (const Job& job : {waiting, begun}) {
            CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job));
        }
        CPPUNIT_ASSERT_EQUAL(0, attempts().active());
    }

    // The sanitizers look whether an attempt is still used that has ended.
    void endsAndGivingUpMayMeet() {
        constexpr std::size_t many = 100;
        std::vector<Job> jobs;
        for (std::size_t i = 0; i < many; ++i) {
            jobs.push_back(bench_->started("alpha", "plain"));
            transport().begin(i, "worker-7");
        }
        bench_->clock.advance(61s);
        look();
        bench_->clock.advance(10s);
        base::Worker ender("ender");
        ender.start([&] {
            for (std::size_t i = 0; i < many; ++i) {
                try {
                    transport().end(i, succeeded("1"));
                } catch (const std::logic_error&) {
                    // Forgotten before.
                }
            }
        });
        look();
        ender.join();
        look();
        for (const Job& job : jobs) CPPUNIT_ASSERT(isFinished(bench_->now(job).state));
        CPPUNIT_ASSERT_EQUAL(202, bench_->roomOf("alpha"));
    }

private:
    static constexpr auto counts = "attempt || ' ' || crashes || ' ' || lone_crashes";

    Attempts& attempts() { return bench_->attempts; }
    FakeTransport& transport() { return bench_->transport; }
    Gate& gate(const std::string& service) { return bench_->lanes.of(service).gate(); }

    void look() {
        attempts().look(bench_->clock.steady());
        bench_->drain();
        bench_->drain();  // what those tasks enqueued
    }

    void end(std::size_t number, rpc::End end) {
        transport().end(number, std::move(end));
        bench_->drain();
    }

    // The service's next due job, as a probe would claim it.
    void startAgain(const std::string& service) {
        std::vector<ClaimedJob> claimed;
        bench_->onWriter([&] { claimed = bench_->jobs.claim(service, bench_->clock.now(), 1); });
        bench_->lanes.of(service).takeRoom(1);
        attempts().start(claimed.at(0), bench_->lanes.of(service), false);
    }

    // Its state after the broker has found nobody once more.
    std::string triedAgain(const Job& job) {
        startAgain(job.service);
        end(transport().count() - 1, of(Kind::unknownService));
        return bench_->stateOf(job);
    }

    // A job that an earlier run has started.
    Job resumed(const CallNote& note, bool cancelRequested = false) {
        const Job job = bench_->queued();
        RunningJob running;
        bench_->onWriter([&] {
            running.job = bench_->jobs.claim("alpha", bench_->clock.now(), 1).at(0);
            if (cancelRequested) bench_->jobs.requestCancel(job.id);
        });
        running.note = note;
        running.cancelRequested = cancelRequested;
        attempts().resume(std::move(running), bench_->lanes.of("alpha"));
        return job;
    }

    Job startSuspect(int crashes, int alone) {
        const Job job = bench_->suspect();
        std::optional<ClaimedJob> claimed;
        bench_->onWriter([&] {
            bench_->database.execute("UPDATE jobs SET crashes = " + std::to_string(crashes) +
                                     ", lone_crashes = " + std::to_string(alone));
            claimed = bench_->jobs.claimSuspect(bench_->clock.now());
        });
        attempts().start(*claimed, bench_->lanes.of("alpha"), false);
        return job;
    }

    std::string column(const Job& job, const std::string& expression) {
        std::string value;
        bench_->onWriter([&] {
            value = valueOf(bench_->database,
                            "SELECT " + expression +
                                " FROM jobs WHERE sequence = " + std::to_string(job.sequence));
        });
        return value;
    }

    std::optional<Bench> bench_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AttemptsOverBrokerTest);
