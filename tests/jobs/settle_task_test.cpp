// SPDX-License-Identifier: Apache-2.0
#include "jobs/settle_task.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/bench.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;
using Arrow = Settlement::Arrow;

class SettleTaskTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettleTaskTest);
    CPPUNIT_TEST(outcomeAndChildrenAreOneCommit);
    CPPUNIT_TEST(childThatCannotBeStoredHoldsTheOutcomeBack);
    CPPUNIT_TEST(childrenRunAtOnceWhereThereIsRoom);
    CPPUNIT_TEST(replyIsAcknowledgedOnceItIsOnDisk);
    CPPUNIT_TEST(lateOutcomeChangesNothingAndHasNoChildren);
    CPPUNIT_TEST(failureIsWritten);
    CPPUNIT_TEST(retryLaterIsWrittenAndNoted);
    CPPUNIT_TEST(requeuedJobThatIsDueWaitsAgain);
    CPPUNIT_TEST(cancelThatCameMeanwhileGoesBeforeARequeue);
    CPPUNIT_TEST(cancelThatCameMeanwhileDoesNotUndoASuccess);
    CPPUNIT_TEST(requeuedSuspectRunsAloneAgain);
    CPPUNIT_TEST(requeuedJobIsWatchedForItsExpiryAgain);
    CPPUNIT_TEST(lostJobIsSuspect);
    CPPUNIT_TEST(leftRunningIsLeft);
    CPPUNIT_TEST(outcomeThatCannotBeWrittenIsKept);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { bench_.emplace(); }
    void tearDown() override { bench_.reset(); }

    void outcomeAndChildrenAreOneCommit() {
        auto outcome = running(Arrow::succeed);
        outcome->settlement.result = "40";
        outcome->settlement.casts = {{"mail", "send", {"[2]", "{}"}}, {"beta", "work", {}}};
        settle(std::move(outcome));
        const Job done = bench_->now(job_);
        CPPUNIT_ASSERT(done.state == JobState::succeeded);
        CPPUNIT_ASSERT_EQUAL("40"s, done.result);
        CPPUNIT_ASSERT(done.startedAt == startedAt_);
        CPPUNIT_ASSERT(done.finishedAt == bench_->clock.now());
        const auto children = bench_->childrenOf(job_);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, children.size());
        CPPUNIT_ASSERT_EQUAL("beta.work"s, children[0].service + '.' + children[0].method);
        CPPUNIT_ASSERT_EQUAL("mail.send"s, children[1].service + '.' + children[1].method);
        CPPUNIT_ASSERT(children[1].createdAt == bench_->clock.now());
    }

    void childThatCannotBeStoredHoldsTheOutcomeBack() {
        auto outcome = running(Arrow::succeed);
        outcome->settlement.result = "40";
        outcome->settlement.casts = {{"mail", "send", {"[2]", "{}"}}};
        bench_->onWriter([&] {
            bench_->database.execute(
                "CREATE TEMP TRIGGER no_insert BEFORE INSERT ON jobs"
                " BEGIN SELECT RAISE(ABORT, 'broken'); END");
        });
        settle(std::move(outcome));
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job_));
        CPPUNIT_ASSERT_EQUAL(3, bench_->roomOf("mail"));
        bench_->onWriter([&] { bench_->database.execute("DROP TRIGGER no_insert"); });
        bench_->attempts.look(bench_->clock.steady());
        bench_->drain();
        CPPUNIT_ASSERT_EQUAL("succeeded"s, bench_->stateOf(job_));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, bench_->childrenOf(job_).size());
    }

    void childrenRunAtOnceWhereThereIsRoom() {
        auto outcome = running(Arrow::fail);
        outcome->settlement.error = {"E", "e"};
        for (int i = 0; i < 4; ++i) outcome->settlement.casts.push_back({"mail", "send", {}});
        settle(std::move(outcome));
        std::string states;
        for (const Job& child : bench_->childrenOf(job_)) states += toString(child.state) + " "s;
        CPPUNIT_ASSERT_EQUAL("queued running running running "s, states);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, bench_->transport.count());
        CPPUNIT_ASSERT(bench_->lanes.of("mail").backlog());
    }

    void replyIsAcknowledgedOnceItIsOnDisk() {
        for (const bool late : {false, true}) {
            std::string seen;
            auto outcome = running(Arrow::succeed);
            outcome->settlement.result = "1";
            if (late) outcome->job.claim = 99;
            JobReader reader(bench_->files.path());
            outcome->acknowledge = [&] { seen = toString(reader.find(job_.id)->state); };
            settle(std::move(outcome));
            // What is superseded is of no more use to the broker either.
            CPPUNIT_ASSERT_EQUAL(std::string(late ? "running" : "succeeded"), seen);
        }
    }

    void lateOutcomeChangesNothingAndHasNoChildren() {
        auto outcome = running(Arrow::succeed);
        outcome->settlement.result = "1";
        outcome->settlement.casts = {{"mail", "send", {}}};
        outcome->job.claim = 0;
        settle(std::move(outcome));
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job_));
        CPPUNIT_ASSERT(bench_->childrenOf(job_).empty());
    }

    void failureIsWritten() {
        auto outcome = running(Arrow::fail);
        outcome->settlement.error = {"KeyError", "'pow'"};
        outcome->startedAt.reset();
        settle(std::move(outcome));
        const Job done = bench_->now(job_);
        CPPUNIT_ASSERT(done.state == JobState::failed);
        CPPUNIT_ASSERT(done.error == (rpc::ErrorReply{"KeyError", "'pow'"}));
        CPPUNIT_ASSERT(!done.startedAt);
    }

    void retryLaterIsWrittenAndNoted() {
        auto outcome = running(Arrow::retryLater);
        const base::Time later = bench_->clock.now() + 5s;
        outcome->settlement.error = {"TryAgain", "busy"};
        outcome->settlement.runAt = later;
        settle(std::move(outcome));
        const Job again = bench_->now(job_);
        CPPUNIT_ASSERT(again.state == JobState::queued);
        CPPUNIT_ASSERT_EQUAL(1, again.attempt);
        CPPUNIT_ASSERT(again.runAt == later);
        CPPUNIT_ASSERT(again.error->message == "busy");
        CPPUNIT_ASSERT(lane().nextRunAt() == later);
        CPPUNIT_ASSERT(!lane().backlog());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, lane().waiting());
        bench_->timetable.wait(base::SteadyTime::max());  // it rang
    }

    void requeuedJobThatIsDueWaitsAgain() {
        auto outcome = running(Arrow::undelivered);
        outcome->settlement.runAt = job_.runAt;
        settle(std::move(outcome));
        CPPUNIT_ASSERT_EQUAL(0, bench_->now(job_).attempt);
        CPPUNIT_ASSERT(lane().backlog());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, lane().waiting());
    }

    void cancelThatCameMeanwhileGoesBeforeARequeue() {
        for (const Arrow arrow : {Arrow::undelivered, Arrow::retryLater}) {
            auto outcome = running(arrow);
            outcome->settlement.error = {"TryAgain", "busy"};
            outcome->settlement.runAt = job_.runAt;
            bench_->onWriter([&] { bench_->jobs.requestCancel(job_.id); });
            settle(std::move(outcome));
            CPPUNIT_ASSERT_EQUAL("cancelled"s, bench_->stateOf(job_));
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, lane().waiting());
        }
    }

    void cancelThatCameMeanwhileDoesNotUndoASuccess() {
        auto outcome = running(Arrow::succeed);
        outcome->settlement.result = "1";
        bench_->onWriter([&] { bench_->jobs.requestCancel(job_.id); });
        settle(std::move(outcome));
        CPPUNIT_ASSERT_EQUAL("succeeded"s, bench_->stateOf(job_));
    }

    void requeuedSuspectRunsAloneAgain() {
        auto outcome = running(Arrow::retryLater);
        const base::Time later = bench_->clock.now() + 5s;
        outcome->settlement.error = {"TryAgain", "busy"};
        outcome->settlement.runAt = later;
        outcome->job.crashes = 1;
        settle(std::move(outcome));
        CPPUNIT_ASSERT(bench_->timetable.nextSuspect.at() == later);
        CPPUNIT_ASSERT(lane().nextRunAt() == base::Time::max());  // no lane may claim it
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, lane().waiting());
        bench_->timetable.wait(base::SteadyTime::max());  // it rang
    }

    // Its expiry may have passed unseen: only queued jobs are looked at.
    void requeuedJobIsWatchedForItsExpiryAgain() {
        for (const Arrow arrow : {Arrow::undelivered, Arrow::retryLater, Arrow::lost}) {
            bench_->timetable.nextExpiry.set(std::nullopt);
            auto outcome = running(arrow);
            outcome->settlement.error = {"TryAgain", "busy"};
            outcome->settlement.runAt = job_.runAt;
            outcome->job.expiresAt = bench_->clock.now() + 9s;
            settle(std::move(outcome));
            CPPUNIT_ASSERT(bench_->timetable.nextExpiry.at() == bench_->clock.now() + 9s);
        }
        bench_->timetable.nextExpiry.set(std::nullopt);
        auto done = running(Arrow::succeed);
        done->settlement.result = "1";
        done->job.expiresAt = bench_->clock.now() + 9s;
        settle(std::move(done));
        CPPUNIT_ASSERT(bench_->timetable.nextExpiry.at() == base::Time::max());
    }

    void lostJobIsSuspect() {
        auto outcome = running(Arrow::lost);
        outcome->settlement.runAt = job_.runAt;
        outcome->settlement.alone = true;
        settle(std::move(outcome));
        CPPUNIT_ASSERT_EQUAL("queued"s, bench_->stateOf(job_));
        CPPUNIT_ASSERT_EQUAL(0, bench_->now(job_).attempt);
        CPPUNIT_ASSERT(bench_->timetable.nextSuspect.at() == job_.runAt);
        CPPUNIT_ASSERT(!lane().backlog());
        bench_->onWriter([&] {
            const auto again = bench_->jobs.claimSuspect(bench_->clock.now());
            CPPUNIT_ASSERT_EQUAL(1, again->crashes);
            CPPUNIT_ASSERT_EQUAL(1, again->loneCrashes);
        });
    }

    void leftRunningIsLeft() {
        settle(running(Arrow::leaveRunning));
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job_));
    }

    void outcomeThatCannotBeWrittenIsKept() {
        auto outcome = running(Arrow::succeed);
        outcome->settlement.result = "1";
        int acknowledged = 0;
        outcome->acknowledge = [&] { ++acknowledged; };
        bench_->breakStore();
        settle(std::move(outcome));
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job_));
        bench_->attempts.look(bench_->clock.steady());  // in vain, and kept once more
        bench_->drain();
        CPPUNIT_ASSERT_EQUAL("running"s, bench_->stateOf(job_));
        CPPUNIT_ASSERT_EQUAL(0, acknowledged);
        bench_->mend();
        bench_->attempts.look(bench_->clock.steady());
        bench_->drain();
        CPPUNIT_ASSERT_EQUAL("succeeded"s, bench_->stateOf(job_));
        CPPUNIT_ASSERT_EQUAL(1, acknowledged);
    }

private:
    // What became of a job that runs, for the test to fill in.
    std::unique_ptr<Outcome> running(Arrow arrow) {
        job_ = bench_->queued();
        auto outcome = std::make_unique<Outcome>();
        bench_->onWriter(
            [&] { outcome->job = bench_->jobs.claim("alpha", bench_->clock.now(), 1).at(0); });
        outcome->settlement.arrow = arrow;
        outcome->startedAt = startedAt_ = bench_->clock.now();
        outcome->lane = &lane();
        bench_->clock.advance(1s);
        return outcome;
    }

    void settle(std::unique_ptr<Outcome> outcome) {
        bench_->run(std::make_unique<SettleTask>(bench_->core, std::move(outcome)));
    }

    Lane& lane() { return bench_->lanes.of("alpha"); }

    std::optional<Bench> bench_;
    Job job_;
    base::Time startedAt_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettleTaskTest);
