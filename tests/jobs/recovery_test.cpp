// SPDX-License-Identifier: Apache-2.0
#include "jobs/recovery.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/bench.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

// What an earlier run left is made with a Bench's own parts; its writer rests meanwhile.
class RecoveryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RecoveryTest);
    CPPUNIT_TEST(eachRunIsNoted);
    CPPUNIT_TEST(whatHadNotBegunIsQueuedUncounted);
    CPPUNIT_TEST(whatHadBegunHasItsCrashCounted);
    CPPUNIT_TEST(onlyAJobThatWasAloneIsBlamed);
    CPPUNIT_TEST(hungMethodOfAFinishedJobIsNotAloneWithAnother);
    CPPUNIT_TEST(jobLostTooOftenAloneFailsWithItsFailureCast);
    CPPUNIT_TEST(jobLostAmongOthersNeverFails);
    CPPUNIT_TEST(lastChanceComesOnlyInAProcessThatLives);
    CPPUNIT_TEST(jobToBeCancelledIsCancelled);
    CPPUNIT_TEST(twoMarksOfAJobAreOneCrash);
    CPPUNIT_TEST(marksOfUnknownAndFinishedJobsAreForgotten);
    CPPUNIT_TEST(noJobIsRunningAfterwards);
    CPPUNIT_TEST(lanesAndTimetableStartFromTheTable);
    CPPUNIT_TEST(childrenOfTheLostAreCountedOnce);
    CPPUNIT_TEST(expiredJobsAreNoBacklog);
    CPPUNIT_TEST(failureLeavesMarksAndRowsForTheNextTry);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        bench_.emplace();
        bench_->writer.stop();
        bench_->lanes.setOpen(false);
        earlier_ = std::make_unique<JobStore>(bench_->database, bench_->journal, bench_->boot);
    }
    void tearDown() override {
        earlier_.reset();
        bench_.reset();
    }

    void eachRunIsNoted() {
        bench_->settings.transport = "amqp";
        bench_->settings.broker = "amqp://there";
        const std::int64_t number =
            noteBoot(bench_->database, bench_->settings, bench_->clock.now());
        CPPUNIT_ASSERT_EQUAL(bench_->boot + 1, number);
        CPPUNIT_ASSERT_EQUAL(
            "amqp amqp://there 16"s,
            valueOf(bench_->database,
                    "SELECT transport || ' ' || broker || ' ' || length(id) FROM boots"
                    " WHERE number = " +
                        std::to_string(number)));
    }

    void whatHadNotBegunIsQueuedUncounted() {
        const Job job = running();
        recover();
        CPPUNIT_ASSERT_EQUAL("queued 0 0 0"s, brief(job));
        CPPUNIT_ASSERT(bench_->now(job).runAt == job.runAt);  // in its old place
    }

    void whatHadBegunHasItsCrashCounted() {
        const Job a = begun();
        const Job b = begun();
        const Job waiting = running();
        recover();
        CPPUNIT_ASSERT_EQUAL("queued 0 1 0"s, brief(a));
        CPPUNIT_ASSERT_EQUAL("queued 0 1 0"s, brief(b));
        CPPUNIT_ASSERT_EQUAL("queued 0 0 0"s, brief(waiting));
        CPPUNIT_ASSERT(bench_->marks.left().empty());
    }

    void onlyAJobThatWasAloneIsBlamed() {
        const Job job = begun();
        running();
        recover();
        CPPUNIT_ASSERT_EQUAL("queued 0 1 1"s, brief(job));
    }

    // The hung one may be what brought the process down.
    void hungMethodOfAFinishedJobIsNotAloneWithAnother() {
        const Job hung = begun();
        earlier_->fail({hung.sequence, 1, {}, bench_->clock.now()}, {"Timeout", "hung"});
        const Job job = begun();
        recover();
        CPPUNIT_ASSERT_EQUAL("queued 0 1 0"s, brief(job));
        CPPUNIT_ASSERT_EQUAL("failed"s, bench_->stateOf(hung));
    }

    void jobLostTooOftenAloneFailsWithItsFailureCast() {
        const Job job = begun();
        for (const auto* state : {"queued", "queued", "failed"}) {
            recover();
            CPPUNIT_ASSERT_EQUAL(std::string(state), bench_->stateOf(job));
            bench_->clock.advance(bench_->settings.calm);
            if (bench_->now(job).state == JobState::queued) runAgain();
        }
        const Job failed = bench_->now(job);
        CPPUNIT_ASSERT(
            failed.error ==
            (rpc::ErrorReply{"NodeLost", "the process died 3 times while this job ran alone"}));
        const auto children = bench_->childrenOf(job);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, children.size());
        CPPUNIT_ASSERT_EQUAL("mail"s, children[0].service);
        CPPUNIT_ASSERT(children[0].state == JobState::queued);
    }

    void jobLostAmongOthersNeverFails() {
        const Job a = begun();
        const Job b = begun();
        for (int i = 1; i <= 20; ++i) {
            recover();
            CPPUNIT_ASSERT_EQUAL("queued 0 " + std::to_string(i) + " 0", brief(a));
            CPPUNIT_ASSERT_EQUAL("queued 0 " + std::to_string(i) + " 0", brief(b));
            runAgain();
            runAgain();
        }
    }

    // However often the process is killed at its start.
    void lastChanceComesOnlyInAProcessThatLives() {
        const Job job = begun();
        recover();
        CPPUNIT_ASSERT(bench_->now(job).runAt == job.runAt);
        runAgain();
        recover();
        for (int i = 0; i < 20; ++i) {
            bench_->clock.advance(bench_->settings.calm - 1ms);
            CPPUNIT_ASSERT(!earlier_->claimSuspect(bench_->clock.now()));
            recover();
            CPPUNIT_ASSERT_EQUAL("queued 0 2 2"s, brief(job));
        }
        CPPUNIT_ASSERT(bench_->timetable.nextSuspect.at() ==
                       bench_->clock.now() + bench_->settings.calm);
        bench_->clock.advance(bench_->settings.calm);
        runAgain();
        recover();
        CPPUNIT_ASSERT_EQUAL("failed"s, bench_->stateOf(job));
    }

    void jobToBeCancelledIsCancelled() {
        const Job began = begun();
        const Job waiting = running();
        earlier_->requestCancel(began.id);
        earlier_->requestCancel(waiting.id);
        recover();
        CPPUNIT_ASSERT_EQUAL("cancelled 1 0 0"s, brief(began));
        CPPUNIT_ASSERT_EQUAL("cancelled 1 0 0"s, brief(waiting));
        CPPUNIT_ASSERT(bench_->childrenOf(began).empty());
    }

    // It hung, was given up, and a person tried it again.
    void twoMarksOfAJobAreOneCrash() {
        const Job job = begun();
        bench_->marks.set(job.id);
        bench_->database.execute("UPDATE jobs SET crashes = 2, lone_crashes = 2");
        recover();
        CPPUNIT_ASSERT_EQUAL("queued 0 3 2"s, brief(job));
    }

    void marksOfUnknownAndFinishedJobsAreForgotten() {
        bench_->marks.set(base::Id::generate(bench_->clock.now()));
        const Job done = begun();
        earlier_->succeed({done.sequence, 1, {}, bench_->clock.now()}, "1");
        recover();
        CPPUNIT_ASSERT_EQUAL("succeeded 1 0 0"s, brief(done));
        CPPUNIT_ASSERT(bench_->marks.left().empty());
    }

    void noJobIsRunningAfterwards() {
        for (int i = 0; i < 20; ++i) i % 3 == 0 ? begun() : running();
        recover();
        CPPUNIT_ASSERT_EQUAL(
            "0"s, valueOf(bench_->database, "SELECT count(*) FROM jobs WHERE state = 1"));
        CPPUNIT_ASSERT_EQUAL("ok"s, valueOf(bench_->database, "PRAGMA integrity_check"));
    }

    void lanesAndTimetableStartFromTheTable() {
        running();
        submit("alpha", 0s);
        submit("alpha", 9s);
        submit("beta", 5s);
        submit("elsewhere", 0s);
        Job expiring = bench_->make("beta", "work", 5s);
        expiring.expiresAt = expiring.createdAt + 7s;
        earlier_->submit(expiring);
        begun();
        recover();
        const base::Time now = bench_->clock.now();
        Lanes& lanes = bench_->lanes;
        CPPUNIT_ASSERT(lanes.of("alpha").backlog());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, lanes.of("alpha").waiting());
        CPPUNIT_ASSERT(!lanes.of("beta").backlog());
        CPPUNIT_ASSERT(lanes.of("beta").nextRunAt() == now + 5s);
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, lanes.all().size());
        CPPUNIT_ASSERT(lanes.of("elsewhere").backlog());
        CPPUNIT_ASSERT(!lanes.of("mail").backlog());
        CPPUNIT_ASSERT(bench_->timetable.nextExpiry.at() == now + 7s);
        CPPUNIT_ASSERT(bench_->timetable.nextSuspect.at() == now);
    }

    void childrenOfTheLostAreCountedOnce() {
        begun();
        bench_->database.execute("UPDATE jobs SET crashes = 2, lone_crashes = 2");
        recover();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, bench_->lanes.of("mail").waiting());
        CPPUNIT_ASSERT(bench_->lanes.of("mail").backlog());
    }

    void expiredJobsAreNoBacklog() {
        Job expired = bench_->make();
        expired.expiresAt = expired.createdAt;
        earlier_->submit(expired);
        recover();
        CPPUNIT_ASSERT(!bench_->lanes.of("alpha").backlog());
        CPPUNIT_ASSERT(bench_->timetable.nextExpiry.at() == expired.createdAt);
    }

    void failureLeavesMarksAndRowsForTheNextTry() {
        const Job job = begun();
        bench_->database.execute(
            "CREATE TEMP TRIGGER no_update BEFORE UPDATE ON jobs"
            " BEGIN SELECT RAISE(ABORT, 'broken'); END");
        CPPUNIT_ASSERT_THROW(recover(), store::StoreError);
        if (sqlite3_get_autocommit(bench_->database.handle()) == 0) {
            bench_->database.execute("ROLLBACK");
        }
        CPPUNIT_ASSERT(bench_->marks.left() == std::vector{job.id});
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job));
    }

private:
    // The next run begins.
    void recover() {
        const std::int64_t boot = noteBoot(bench_->database, bench_->settings, bench_->clock.now());
        JobStore jobs(bench_->database, bench_->journal, boot);
        Core core{bench_->settings,
                  bench_->services.catalogue,
                  bench_->clock,
                  bench_->writer,
                  bench_->journal,
                  bench_->keys,
                  jobs,
                  bench_->agenda,
                  bench_->lanes,
                  bench_->marks,
                  bench_->timetable,
                  bench_->attempts};
        jobs::recover(bench_->database, core);
    }

    Job running() {
        Job job = bench_->make();
        earlier_->submitAndClaim(job);
        return job;
    }

    Job begun() {
        const Job job = running();
        bench_->marks.set(job.id);
        return job;
    }

    // The next suspect is claimed and begins, as the dispatcher would have it.
    void runAgain() {
        const auto job = earlier_->claimSuspect(bench_->clock.now());
        CPPUNIT_ASSERT(job);
        bench_->marks.set(job->id);
    }

    void submit(const std::string& service, std::chrono::microseconds delay) {
        Job job = bench_->make(service, "work", delay);
        earlier_->submit(job);
    }

    // State, attempt, crashes, crashes while alone.
    std::string brief(const Job& job) {
        return bench_->stateOf(job) + ' ' +
               valueOf(bench_->database,
                       "SELECT attempt || ' ' || crashes || ' ' || lone_crashes FROM jobs"
                       " WHERE sequence = " +
                           std::to_string(job.sequence));
    }

    std::optional<Bench> bench_;
    std::unique_ptr<JobStore> earlier_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(RecoveryTest);
