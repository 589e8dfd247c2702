// SPDX-License-Identifier: Apache-2.0
#include "jobs/dispatcher.h"

#include <cppunit/extensions/HelperMacros.h>

#include <set>

#include "jobs/bench.h"
#include "jobs/submit_task.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

class DispatcherTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(DispatcherTest);
    CPPUNIT_TEST(dueJobsAreClaimedAsRoomComesFree);
    CPPUNIT_TEST(slowServiceDoesNotHoldUpAnother);
    CPPUNIT_TEST(jobIsClaimedWhenItsTimeComes);
    CPPUNIT_TEST(clockThatIsSetIsNoticed);
    CPPUNIT_TEST(closedGateLetsOneProbeThrough);
    CPPUNIT_TEST(openedGateLetsAllGoOn);
    CPPUNIT_TEST(suspectRunsAloneAndThenAllGoOn);
    CPPUNIT_TEST(suspectOfAClosedServiceDoesNotStopTheOthers);
    CPPUNIT_TEST(expiredJobsFail);
    CPPUNIT_TEST(brokenStoreMakesNoHotLoop);
    CPPUNIT_TEST(expiredJobsThatCannotBeEndedMakeNoHotLoop);
    CPPUNIT_TEST(fullLaneAndClosedGateMakeNoHotLoop);
    CPPUNIT_TEST(idleDispatcherRests);
    CPPUNIT_TEST(stoppedDispatcherClaimsNoMore);
    CPPUNIT_TEST(stopWaitsForTheClaimsItSent);
    CPPUNIT_TEST(stopToleratesNeverStartedAndTwice);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        bench_.emplace();
        bench_->lanes.setOpen(false);
        dispatcher_.emplace(bench_->core);
    }
    void tearDown() override {
        dispatcher_.reset();
        bench_.reset();
    }

    void dueJobsAreClaimedAsRoomComesFree() {
        for (int i = 0; i < 7; ++i) bench_->noted();
        start();
        bench_->transport.waitCall(3);
        bench_->drain();
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, bench_->transport.count());
        for (std::size_t i = 0; i < 7; ++i) bench_->transport.run(i, succeeded());
        CPPUNIT_ASSERT(eventually([&] { return countIn("succeeded") == 7; }));
    }

    void slowServiceDoesNotHoldUpAnother() {
        for (int i = 0; i < 20; ++i) bench_->noted("mail");
        start();
        bench_->transport.waitCall(2);
        bench_->noted();
        CPPUNIT_ASSERT_EQUAL("alpha"s, bench_->transport.waitCall(3).service);
    }

    void jobIsClaimedWhenItsTimeComes() {
        const Job job = bench_->noted("alpha", 1h);
        start();
        settleDown();
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(job));
        bench_->clock.advance(59min);
        settleDown();
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(job));
        bench_->clock.advance(1min);
        bench_->transport.waitCall(0);
    }

    void clockThatIsSetIsNoticed() {
        bench_->noted("alpha", 1h);
        start();
        settleDown();
        bench_->clock.moveWall(2h);
        bench_->transport.waitCall(0);
    }

    void closedGateLetsOneProbeThrough() {
        for (int i = 0; i < 5; ++i) bench_->noted();
        gate().close(bench_->clock.steady(), 60s, false);
        start();
        settleDown();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, bench_->transport.count());
        for (std::size_t i = 0; i < 4; ++i) {
            bench_->clock.advance(61s);
            bench_->transport.run(i, triedInVain(rpc::Scope::service, 60s));
            settleDown();
            CPPUNIT_ASSERT_EQUAL(i + 1, bench_->transport.count());
        }
        // Each in its turn, and no attempt was used.
        std::set<base::Id> tried;
        for (std::size_t i = 0; i < 4; ++i) {
            tried.insert(bench_->transport.waitCall(i).job->job);
            CPPUNIT_ASSERT_EQUAL(1, bench_->transport.waitCall(i).job->attempt);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, tried.size());
    }

    void openedGateLetsAllGoOn() {
        for (int i = 0; i < 4; ++i) bench_->noted();
        gate().close(bench_->clock.steady(), {}, false);
        bench_->clock.advance(2s);
        start();
        bench_->transport.run(0, succeeded());
        for (std::size_t i = 1; i < 4; ++i) bench_->transport.run(i, succeeded());
        CPPUNIT_ASSERT(eventually([&] { return countIn("succeeded") == 4; }));
    }

    void suspectRunsAloneAndThenAllGoOn() {
        const Job other = bench_->started("beta");
        const Job suspect = bench_->suspect("alpha");
        bench_->noted("mail");
        start();
        settleDown();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, bench_->transport.count());
        bench_->transport.run(0, succeeded());
        CPPUNIT_ASSERT(bench_->transport.waitCall(1).job->job == suspect.id);
        bench_->transport.begin(1);
        settleDown();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, bench_->transport.count());
        CPPUNIT_ASSERT(!bench_->lanes.open());
        bench_->transport.end(1, succeeded());
        CPPUNIT_ASSERT_EQUAL("mail"s, bench_->transport.waitCall(2).service);
        CPPUNIT_ASSERT(bench_->lanes.open());
        CPPUNIT_ASSERT_EQUAL("succeeded"s, bench_->stateOf(other));
    }

    void suspectOfAClosedServiceDoesNotStopTheOthers() {
        bench_->suspect("mail");
        bench_->suspect("mail");
        bench_->noted("beta");
        bench_->transport.answerWith([](const rpc::Call& call) {
            return call.service == "mail" ? triedInVain(rpc::Scope::service) : succeeded();
        });
        start();
        CPPUNIT_ASSERT(eventually([&] { return countIn("succeeded") == 1; }));
        settleDown();
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, bench_->transport.count());
        bench_->clock.advance(61s);
        CPPUNIT_ASSERT(eventually([&] { return bench_->transport.count() == 5; }));
    }

    void expiredJobsFail() {
        Job job = bench_->make("alpha", "work", 1h);
        job.expiresAt = job.createdAt + 30min;
        submitExpiring(job);
        start();
        settleDown();
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(job));
        bench_->clock.advance(30min);
        CPPUNIT_ASSERT(eventually([&] { return bench_->stateOf(job) == "failed"; }));
    }

    void brokenStoreMakesNoHotLoop() {
        for (int i = 0; i < 3; ++i) bench_->noted();
        bench_->suspect("beta");
        bench_->breakStore();
        assertRests();
        bench_->mend();
        bench_->timetable.ring();
        bench_->transport.waitCall(0);
    }

    // The claim finds nothing and succeeds, the expiry fails: neither may call for the other.
    void expiredJobsThatCannotBeEndedMakeNoHotLoop() {
        Job expired = bench_->make();
        expired.expiresAt = expired.createdAt;
        submitExpiring(expired);
        bench_->lanes.of("alpha").setBacklog(true);
        bench_->breakStore();
        assertRests();
        bench_->mend();
        bench_->timetable.ring();
        CPPUNIT_ASSERT(eventually([&] { return bench_->stateOf(expired) == "failed"; }));
    }

    void fullLaneAndClosedGateMakeNoHotLoop() {
        for (int i = 0; i < 9; ++i) bench_->noted();
        bench_->noted("beta");
        bench_->lanes.of("beta").gate().close(bench_->clock.steady(), {}, false);
        assertRests();
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, bench_->transport.count());  // four, and the probe
    }

    void idleDispatcherRests() { assertRests(); }

    void stoppedDispatcherClaimsNoMore() {
        start();
        settleDown();
        dispatcher_->stop();
        CPPUNIT_ASSERT(!bench_->lanes.open());
        const Job job = bench_->noted();
        Waiter<Submission> waiter;
        waiter.answer.jobs = {bench_->make("beta")};
        bench_->run(std::make_unique<SubmitTask>(bench_->core, waiter));
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(waiter.answer.jobs[0]));
    }

    // Their calls must be with the transport before that closes.
    void stopWaitsForTheClaimsItSent() {
        bench_->noted();
        std::promise<void> go;
        std::promise<std::string> done;
        bench_->writer.enqueue(
            std::make_unique<Doing>([&] { go.get_future().wait_for(patience); }, done));
        start();
        CPPUNIT_ASSERT(eventually([&] { return bench_->lanes.of("alpha").claiming(); }));
        base::Worker stopper("stopper");
        stopper.start([&] { dispatcher_->stop(); });
        go.set_value();
        stopper.join();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, bench_->transport.count());
        CPPUNIT_ASSERT(!bench_->lanes.of("alpha").claiming());
    }

    void stopToleratesNeverStartedAndTwice() {
        dispatcher_->stop();
        dispatcher_->stop();
        Dispatcher started(bench_->core);
        started.start();
        started.stop();
        started.stop();
    }

private:
    Gate& gate() { return bench_->lanes.of("alpha").gate(); }

    void start() { dispatcher_->start(); }

    // Returns when the dispatcher has looked round, twice in full, and what came of it is done.
    void settleDown() {
        for (int i = 0; i < 3; ++i) {
            const long before = bench_->clock.asked();
            bench_->timetable.ring();
            CPPUNIT_ASSERT(eventually([&] { return bench_->clock.asked() > before; }));
            bench_->drain();
        }
    }

    // Starts the dispatcher where no deadline comes near: it looks round only when rung for, and
    // does not ring for itself without end. A slow machine makes this pass, never fail.
    void assertRests() {
        bench_->clock.outrunMachine();
        start();
        settleDown();
        const long before = bench_->clock.asked();
        for (int i = 0; i < 200; ++i) bench_->drain();
        const long rounds = bench_->clock.asked() - before;
        CPPUNIT_ASSERT_MESSAGE(std::to_string(rounds), rounds < 20);
    }

    void submitExpiring(Job& job) {
        bench_->onWriter([&] { bench_->jobs.submit(job); });
        bench_->timetable.nextExpiry.advance(*job.expiresAt);
    }

    std::int64_t countIn(const std::string& state) {
        Filter filter;
        filter.state = parseState(state);
        return static_cast<std::int64_t>(bench_->reader.list(filter, 100, {}).jobs.size());
    }

    std::optional<Bench> bench_;
    std::optional<Dispatcher> dispatcher_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DispatcherTest);
