// SPDX-License-Identifier: Apache-2.0
#include "jobs/claim_task.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/bench.h"
#include "jobs/submit_task.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

class ClaimTaskTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClaimTaskTest);
    CPPUNIT_TEST(dueJobsAreHandedOverInOrder);
    CPPUNIT_TEST(roomThatIsNotUsedGoesBack);
    CPPUNIT_TEST(backlogStaysWhileMoreMayWait);
    CPPUNIT_TEST(backlogEndsWhenAllIsClaimed);
    CPPUNIT_TEST(nextIsNeverOneThatNoClaimWouldTake);
    CPPUNIT_TEST(submitBehindAClaimInOneCommitIsSeen);
    CPPUNIT_TEST(claimThatFailsGivesAllBack);
    CPPUNIT_TEST(probeIsOneJobAndSaysSo);
    CPPUNIT_TEST(probeThatFindsNothingGoesBack);
    CPPUNIT_TEST(suspectWaitsForAllThatRun);
    CPPUNIT_TEST(suspectWaitsForAllThatMayStart);
    CPPUNIT_TEST(suspectRunsWhenNothingElseDoes);
    CPPUNIT_TEST(suspectTakesAPlaceThoughHungMethodsHoldThemAll);
    CPPUNIT_TEST(nextSuspectIsNoted);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { bench_.emplace(); }
    void tearDown() override { bench_.reset(); }

    void dueJobsAreHandedOverInOrder() {
        std::vector<Job> jobs;
        for (int i = 0; i < 3; ++i) {
            jobs.push_back(bench_->queued());
            bench_->clock.advance(1s);
        }
        bench_->queued("alpha", "work", 1h);
        claim(3);
        for (std::size_t i = 0; i < 3; ++i) {
            CPPUNIT_ASSERT_EQUAL(jobs[i].id.toString() + ".1", bench_->transport.waitCall(i).id);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, bench_->transport.count());
        CPPUNIT_ASSERT(!lane().claiming());
    }

    void roomThatIsNotUsedGoesBack() {
        bench_->queued();
        claim(4);
        CPPUNIT_ASSERT_EQUAL(3, bench_->roomOf("alpha"));
    }

    void backlogStaysWhileMoreMayWait() {
        for (int i = 0; i < 3; ++i) bench_->queued();
        lane().resetWaiting(3);
        lane().setBacklog(true);
        claim(3);
        CPPUNIT_ASSERT(lane().backlog());  // as many as asked for: there may be more
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, lane().waiting());
    }

    void backlogEndsWhenAllIsClaimed() {
        bench_->queued();
        const Job later = bench_->queued("alpha", "work", 9s);
        lane().resetWaiting(5);  // as after a restart: some counted that were scheduled
        lane().setBacklog(true);
        claim(4);
        CPPUNIT_ASSERT(!lane().backlog());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, lane().waiting());
        CPPUNIT_ASSERT(lane().nextRunAt() == later.runAt);
        bench_->timetable.wait(base::SteadyTime::max());  // it rang
        bench_->clock.advance(9s);
        claim(2);
        CPPUNIT_ASSERT(lane().nextRunAt() == base::Time::max());
    }

    void nextIsNeverOneThatNoClaimWouldTake() {
        Job expired = bench_->make();
        expired.expiresAt = expired.createdAt;
        bench_->onWriter([&] { bench_->jobs.submit(expired); });
        claim(4);
        CPPUNIT_ASSERT(lane().nextRunAt() == base::Time::max());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, bench_->transport.count());
    }

    // The claim found nothing and ends the backlog; what came behind it makes a new one.
    void submitBehindAClaimInOneCommitIsSeen() {
        Job job = bench_->make();
        lane().takeClaim();
        lane().setBacklog(true);
        Waiter<Submission> waiter;
        waiter.answer.jobs = {job};
        lane().takeRoom(1);
        bench_->runTogether(std::make_unique<ClaimTask>(bench_->core, lane(), 1, false),
                            std::make_unique<SubmitTask>(bench_->core, waiter));
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(job));
        CPPUNIT_ASSERT(lane().backlog());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, lane().waiting());
    }

    void claimThatFailsGivesAllBack() {
        bench_->queued();
        bench_->breakStore();
        claim(4);
        CPPUNIT_ASSERT_EQUAL(4, bench_->roomOf("alpha"));
        CPPUNIT_ASSERT(!lane().claiming());
        bench_->mend();
    }

    void probeIsOneJobAndSaysSo() {
        const Job job = bench_->queued();
        bench_->queued();
        closeGate();
        lane().takeRoom(1);
        bench_->run(std::make_unique<ClaimTask>(bench_->core, lane(), 1, true));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, bench_->transport.count());
        CPPUNIT_ASSERT(!lane().gate().nextProbe());  // on its way
        bench_->transport.run(0, triedInVain(rpc::Scope::service));
        CPPUNIT_ASSERT(lane().gate().nextProbe());
        bench_->drain();
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(job));
    }

    void probeThatFindsNothingGoesBack() {
        closeGate();
        lane().setBacklog(true);
        lane().takeRoom(1);
        bench_->run(std::make_unique<ClaimTask>(bench_->core, lane(), 1, true));
        CPPUNIT_ASSERT(lane().gate().closed());
        CPPUNIT_ASSERT(lane().gate().nextProbe());
        CPPUNIT_ASSERT(!lane().backlog());
        CPPUNIT_ASSERT_EQUAL(4, bench_->roomOf("alpha"));
    }

    void suspectWaitsForAllThatRun() {
        const Job suspect = bench_->suspect();
        bench_->started("beta");
        runSuspect();
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(suspect));
        CPPUNIT_ASSERT(!underWay_);
    }

    void suspectWaitsForAllThatMayStart() {
        const Job suspect = bench_->suspect();
        bench_->lanes.of("beta").takeClaim();
        runSuspect();
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(suspect));
        bench_->lanes.of("beta").returnClaim();
        bench_->lanes.reserve(bench_->lanes.of("beta"), bench_->clock.now());
        runSuspect();
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(suspect));
    }

    void suspectRunsWhenNothingElseDoes() {
        const Job suspect = bench_->suspect();
        runSuspect();
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(suspect));
        CPPUNIT_ASSERT(bench_->attempts.loneActive());
        CPPUNIT_ASSERT_EQUAL(3, bench_->roomOf("alpha"));
        bench_->transport.run(0, succeeded());
        CPPUNIT_ASSERT(!bench_->attempts.loneActive());
        CPPUNIT_ASSERT_EQUAL(4, bench_->roomOf("alpha"));
    }

    void suspectTakesAPlaceThoughHungMethodsHoldThemAll() {
        bench_->suspect();
        lane().takeRoom(4);
        runSuspect();
        bench_->transport.run(0, succeeded());
        CPPUNIT_ASSERT_EQUAL(0, bench_->roomOf("alpha"));
        lane().giveRoom(4);
        CPPUNIT_ASSERT_EQUAL(4, bench_->roomOf("alpha"));
    }

    void nextSuspectIsNoted() {
        bench_->suspect();
        const Job second = bench_->suspect();
        bench_->onWriter([&] {
            bench_->database.execute("UPDATE jobs SET run_at = run_at + 5 WHERE sequence = 2");
        });
        runSuspect();
        CPPUNIT_ASSERT(bench_->timetable.nextSuspect.at() == second.runAt + 5us);
        bench_->transport.run(0, succeeded());
        bench_->clock.advance(1s);
        runSuspect();
        CPPUNIT_ASSERT(bench_->timetable.nextSuspect.at() == base::Time::max());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, bench_->transport.count());
    }

private:
    Lane& lane() { return bench_->lanes.of("alpha"); }

    void claim(int room) {
        lane().takeRoom(room);
        lane().takeClaim();
        bench_->run(std::make_unique<ClaimTask>(bench_->core, lane(), room, false));
    }

    void closeGate() {
        const base::SteadyTime now = bench_->clock.steady();
        lane().gate().close(now, {}, false);
        CPPUNIT_ASSERT(lane().gate().takeProbe(now + 1s));
    }

    void runSuspect() {
        underWay_ = true;
        bench_->run(std::make_unique<SuspectTask>(bench_->core, underWay_));
        CPPUNIT_ASSERT(!underWay_);
    }

    std::optional<Bench> bench_;
    std::atomic<bool> underWay_{false};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClaimTaskTest);
