// SPDX-License-Identifier: Apache-2.0
#include "jobs/attempts.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/bench.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

class AttemptsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AttemptsTest);
    CPPUNIT_TEST(endSettlesTheJobAndGivesTheRoomBack);
    CPPUNIT_TEST(endMayComeWithinTheCall);
    CPPUNIT_TEST(methodThatRunsIsMarked);
    CPPUNIT_TEST(longMethodHasItsStartNoted);
    CPPUNIT_TEST(timeRunsFromTheBeginning);
    CPPUNIT_TEST(methodPastItsTimeIsAskedToEndOnce);
    CPPUNIT_TEST(timedOutMethodThatObeysIsTriedAgainAfterItsReturn);
    CPPUNIT_TEST(timedOutMethodThatFinishesSucceeds);
    CPPUNIT_TEST(hungMethodFailsAndItsWorkerIsGivenUp);
    CPPUNIT_TEST(hungMethodThatReturnsChangesNothingButTheRoom);
    CPPUNIT_TEST(hungProbeLetsTheNextOneGo);
    CPPUNIT_TEST(probeThatRunsOutOfTimeHasFailed);
    CPPUNIT_TEST(cancelIsPassedOn);
    CPPUNIT_TEST(cancelGivesAGraceAndThenGivesUp);
    CPPUNIT_TEST(cancelOfWhatHasNotBegunEndsAtTheGraceToo);
    CPPUNIT_TEST(cancelOfAnUnknownJobIsNothing);
    CPPUNIT_TEST(firstGraceCounts);
    CPPUNIT_TEST(serviceThatCannotWorkClosesTheGate);
    CPPUNIT_TEST(anyAnswerOpensTheGate);
    CPPUNIT_TEST(lookSaysWhenToLookAgain);
    CPPUNIT_TEST(lateBeginningWakesTheDispatcherInTime);
    CPPUNIT_TEST(freeRoomWakesTheDispatcherForABacklog);
    CPPUNIT_TEST(detachedCallIsRequeuedUncounted);
    CPPUNIT_TEST(manyEndAtATime);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { bench_.emplace(); }
    void tearDown() override { bench_.reset(); }

    void endSettlesTheJobAndGivesTheRoomBack() {
        const Job job = bench_->started();
        CPPUNIT_ASSERT_EQUAL(3, bench_->roomOf("alpha"));
        CPPUNIT_ASSERT_EQUAL(1, attempts().active());
        run(0, succeeded("40"));
        CPPUNIT_ASSERT_EQUAL("succeeded"s, bench_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL("40"s, bench_->now(job).result);
        CPPUNIT_ASSERT_EQUAL(4, bench_->roomOf("alpha"));
        CPPUNIT_ASSERT_EQUAL(0, attempts().active());
    }

    void endMayComeWithinTheCall() {
        bench_->transport.answerWith([](const rpc::Call&) { return succeeded("1"); });
        const Job job = bench_->started();
        bench_->drain();
        CPPUNIT_ASSERT_EQUAL("succeeded"s, bench_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL(4, bench_->roomOf("alpha"));
    }

    void methodThatRunsIsMarked() {
        const Job job = bench_->started();
        CPPUNIT_ASSERT(bench_->marks.left().empty());
        bench_->transport.begin(0);
        CPPUNIT_ASSERT(bench_->marks.left() == std::vector{job.id});
        bench_->transport.end(0, succeeded());
        CPPUNIT_ASSERT(bench_->marks.left().empty());
    }

    void longMethodHasItsStartNoted() {
        const Job job = bench_->started();
        bench_->transport.begin(0);
        const base::Time begun = bench_->clock.now();
        look();
        CPPUNIT_ASSERT(!bench_->now(job).startedAt);
        bench_->clock.advance(1s);
        look();
        CPPUNIT_ASSERT(bench_->now(job).startedAt == begun);
        bench_->clock.advance(1s);
        bench_->transport.end(0, succeeded());
        bench_->drain();
        CPPUNIT_ASSERT(bench_->now(job).startedAt == begun);
    }

    void timeRunsFromTheBeginning() {
        bench_->started();
        bench_->clock.advance(1h);
        look();
        bench_->transport.begin(0);
        look();
        CPPUNIT_ASSERT(bench_->transport.cancelled().empty());
        bench_->clock.advance(60s);
        look();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, bench_->transport.cancelled().size());
    }

    void methodPastItsTimeIsAskedToEndOnce() {
        const Job job = bench_->started();
        bench_->transport.begin(0);
        bench_->clock.advance(61s);
        for (int i = 0; i < 3; ++i) look();
        CPPUNIT_ASSERT(bench_->transport.cancelled() == std::vector{job.id.toString() + ".1"});
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL(1, attempts().active());
    }

    void timedOutMethodThatObeysIsTriedAgainAfterItsReturn() {
        const Job job = bench_->started();
        timeOut(0);
        bench_->transport.end(0, failed("Cancelled", "obeyed"));
        bench_->drain();
        const Job again = bench_->now(job);
        CPPUNIT_ASSERT(again.state == JobState::queued);
        CPPUNIT_ASSERT_EQUAL(1, again.attempt);
        CPPUNIT_ASSERT_EQUAL("not finished within 60 s"s, again.error->message);
        const auto pause = again.runAt - bench_->clock.now();
        CPPUNIT_ASSERT(pause >= 1s && pause <= 3s);  // 2 s and its jitter
        CPPUNIT_ASSERT_EQUAL(4, bench_->roomOf("alpha"));
    }

    void timedOutMethodThatFinishesSucceeds() {
        const Job job = bench_->started();
        timeOut(0);
        bench_->transport.end(0, succeeded("1"));
        bench_->drain();
        CPPUNIT_ASSERT_EQUAL("succeeded"s, bench_->stateOf(job));
    }

    void hungMethodFailsAndItsWorkerIsGivenUp() {
        const Job job = bench_->started();
        hang(0);
        const Job done = bench_->now(job);
        CPPUNIT_ASSERT(done.state == JobState::failed);
        CPPUNIT_ASSERT(done.error ==
                       (rpc::ErrorReply{"Timeout", "not finished within 60 s, and did not stop"}));
        CPPUNIT_ASSERT(done.startedAt);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, bench_->childrenOf(job).size());
        CPPUNIT_ASSERT_EQUAL(3, bench_->roomOf("alpha"));
        CPPUNIT_ASSERT_EQUAL(1, attempts().active());                 // the mail that tells of it
        CPPUNIT_ASSERT(bench_->marks.left() == std::vector{job.id});  // it may crash us yet
    }

    void hungMethodThatReturnsChangesNothingButTheRoom() {
        const Job job = bench_->started("alpha", "plain");
        hang(0);
        bench_->transport.end(0, succeeded("40", {{"mail", "send", {}}}));
        bench_->drain();
        CPPUNIT_ASSERT_EQUAL("failed"s, bench_->stateOf(job));
        CPPUNIT_ASSERT(bench_->childrenOf(job).empty());
        CPPUNIT_ASSERT_EQUAL(4, bench_->roomOf("alpha"));
        CPPUNIT_ASSERT_EQUAL(0, attempts().active());
        CPPUNIT_ASSERT(bench_->marks.left().empty());
    }

    void hungProbeLetsTheNextOneGo() {
        startProbe();
        CPPUNIT_ASSERT(!gate().nextProbe());
        hang(0);
        CPPUNIT_ASSERT(gate().closed());
        CPPUNIT_ASSERT(gate().nextProbe());
        CPPUNIT_ASSERT(*gate().nextProbe() > bench_->clock.steady() + 1s);
        const auto next = gate().nextProbe();
        bench_->transport.end(0, succeeded());  // late: says nothing of today
        CPPUNIT_ASSERT(gate().closed());
        CPPUNIT_ASSERT(gate().nextProbe() == next);
    }

    void probeThatRunsOutOfTimeHasFailed() {
        startProbe();
        timeOut(0);
        bench_->transport.end(0, failed("Cancelled", "obeyed"));
        CPPUNIT_ASSERT(gate().closed());
        CPPUNIT_ASSERT(*gate().nextProbe() > bench_->clock.steady() + 1s);
    }

    void cancelIsPassedOn() {
        const Job job = bench_->started();
        bench_->transport.begin(0);
        requestCancel(job);
        bench_->transport.waitCancel(0);
        bench_->transport.end(0, failed("Cancelled", "obeyed"));
        bench_->drain();
        CPPUNIT_ASSERT_EQUAL("cancelled"s, bench_->stateOf(job));
        CPPUNIT_ASSERT(bench_->childrenOf(job).empty());
    }

    void cancelGivesAGraceAndThenGivesUp() {
        const Job job = bench_->started();
        bench_->transport.begin(0);
        requestCancel(job);
        bench_->clock.advance(8s);
        look();
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job));
        bench_->clock.advance(2s);
        look();
        CPPUNIT_ASSERT_EQUAL("cancelled"s, bench_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL(3, bench_->roomOf("alpha"));
        bench_->transport.end(0, succeeded());
        bench_->drain();
        CPPUNIT_ASSERT_EQUAL("cancelled"s, bench_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL(4, bench_->roomOf("alpha"));
    }

    void cancelOfWhatHasNotBegunEndsAtTheGraceToo() {
        const Job job = bench_->started();
        requestCancel(job);
        bench_->clock.advance(10s);
        look();
        CPPUNIT_ASSERT_EQUAL("cancelled"s, bench_->stateOf(job));
        CPPUNIT_ASSERT(!bench_->now(job).startedAt);
    }

    void cancelOfAnUnknownJobIsNothing() {
        bench_->started();
        attempts().requestCancel(base::Id::generate(bench_->clock.now()));
        CPPUNIT_ASSERT(bench_->transport.cancelled().empty());
    }

    void firstGraceCounts() {
        const Job job = bench_->started();
        bench_->transport.begin(0);
        requestCancel(job);
        bench_->clock.advance(8s);
        requestCancel(job);  // asking again buys no time
        bench_->clock.advance(2s);
        look();
        CPPUNIT_ASSERT_EQUAL("cancelled"s, bench_->stateOf(job));
    }

    void serviceThatCannotWorkClosesTheGate() {
        const Job job = bench_->started();
        run(0, triedInVain(rpc::Scope::service));
        CPPUNIT_ASSERT(gate().closed());
        CPPUNIT_ASSERT_EQUAL(0, bench_->now(job).attempt);
        const Job other = bench_->started("beta");
        bench_->transport.end(1, of(rpc::End::Kind::unavailable));
        CPPUNIT_ASSERT(bench_->lanes.of("beta").gate().closed());
        bench_->drain();
        CPPUNIT_ASSERT_EQUAL(0, bench_->now(other).attempt);
    }

    void anyAnswerOpensTheGate() {
        for (const auto& end :
             {succeeded(), failed("KeyError", ""), triedInVain(rpc::Scope::job)}) {
            gate().close(bench_->clock.steady(), {}, false);
            bench_->started();
            run(bench_->transport.count() - 1, end);
            CPPUNIT_ASSERT(!gate().closed());
        }
    }

    void lookSaysWhenToLookAgain() {
        const base::SteadyTime now = bench_->clock.steady();
        CPPUNIT_ASSERT(attempts().look(now) == now + 1s);
        jobs::Job job = bench_->make();
        job.timeout = 200ms;
        bench_->onWriter([&] { bench_->jobs.submitAndClaim(job); });
        ClaimedJob claimed;
        claimed.sequence = job.sequence;
        claimed.id = job.id;
        claimed.claim = 1;
        claimed.service = "alpha";
        claimed.timeout = 200ms;
        bench_->onWriter([&] { attempts().start(claimed, bench_->lanes.of("alpha"), false); });
        bench_->transport.begin(0);
        CPPUNIT_ASSERT(attempts().look(now) <= bench_->clock.steady() + 200ms);
        bench_->clock.advance(1s);
        const base::SteadyTime late = bench_->clock.steady();
        CPPUNIT_ASSERT(attempts().look(late) == late + 1s);  // it is asked to end
        bench_->lanes.of("alpha").takeRoom(1);
    }

    void lateBeginningWakesTheDispatcherInTime() {
        bench_->started();
        attempts().look(bench_->clock.steady() + 1h);  // whoever looked last sleeps for long
        bench_->transport.begin(0);
        bench_->timetable.wait(base::SteadyTime::max());
    }

    void freeRoomWakesTheDispatcherForABacklog() {
        bench_->started();
        bench_->lanes.of("alpha").setBacklog(true);
        bench_->transport.run(0, succeeded());
        bench_->timetable.wait(base::SteadyTime::max());
    }

    void detachedCallIsRequeuedUncounted() {
        const Job waiting = bench_->started();
        const Job begun = bench_->started();
        bench_->transport.begin(1);
        bench_->transport.close({});
        bench_->drain();
        for (const Job& job : {waiting, begun}) {
            const Job again = bench_->now(job);
            CPPUNIT_ASSERT(again.state == JobState::queued);
            CPPUNIT_ASSERT_EQUAL(0, again.attempt);
        }
        CPPUNIT_ASSERT(!gate().closed());
        CPPUNIT_ASSERT(bench_->marks.left().empty());
    }

    void manyEndAtATime() {
        bench_.emplace(200);
        std::vector<Job> jobs;
        for (int i = 0; i < 60; ++i) jobs.push_back(bench_->started());
        {
            base::Worker a("a"), b("b"), c("c"), looker("looker");
            int from = 0;
            for (base::Worker* worker : {&a, &b, &c}) {
                worker->start([this, from] {
                    for (int i = from; i < from + 20; ++i) {
                        bench_->transport.run(static_cast<std::size_t>(i), succeeded());
                    }
                });
                from += 20;
            }
            looker.start([this] {
                for (int i = 0; i < 200; ++i) attempts().look(bench_->clock.steady());
            });
            for (const Job& job : jobs) attempts().requestCancel(job.id);
        }
        bench_->drain();
        for (const Job& job : jobs) CPPUNIT_ASSERT_EQUAL("succeeded"s, bench_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL(202, bench_->roomOf("alpha"));
    }

private:
    Attempts& attempts() { return bench_->attempts; }
    Gate& gate() { return bench_->lanes.of("alpha").gate(); }

    void look() {
        attempts().look(bench_->clock.steady());
        bench_->drain();
        bench_->drain();  // what those tasks enqueued
    }

    void run(std::size_t number, rpc::End end) {
        bench_->transport.run(number, std::move(end));
        bench_->drain();
    }

    void timeOut(std::size_t number) {
        bench_->transport.begin(number);
        bench_->clock.advance(61s);
        look();
        bench_->transport.waitCancel(number);
    }

    void hang(std::size_t number) {
        timeOut(number);
        bench_->clock.advance(11s);
        look();
    }

    void startProbe() {
        const base::SteadyTime now = bench_->clock.steady();
        gate().close(now, {}, false);
        CPPUNIT_ASSERT(gate().takeProbe(now + 1s));
        bench_->started("alpha", "plain", true);
    }

    void requestCancel(const Job& job) {
        bench_->onWriter([&] {
            bench_->jobs.requestCancel(job.id);
            attempts().requestCancel(job.id);
        });
    }

    std::optional<Bench> bench_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AttemptsTest);
