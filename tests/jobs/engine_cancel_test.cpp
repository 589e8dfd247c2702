// SPDX-License-Identifier: Apache-2.0
// Cancels and retries by a person, in every state, with every ending of a job that runs.
#include <cppunit/extensions/HelperMacros.h>

#include "jobs/node.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

class EngineCancelTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EngineCancelTest);
    CPPUNIT_TEST(queuedJobIsCancelledAtOnce);
    CPPUNIT_TEST(runningJobIsAskedToEnd);
    CPPUNIT_TEST(endingsBeforeTheGraceSettleIt);
    CPPUNIT_TEST(endOfTheGraceCancels);
    CPPUNIT_TEST(handedOverJobThatHasNotBegunIsCancelled);
    CPPUNIT_TEST(cancelDuringATimeoutStillCancels);
    CPPUNIT_TEST(finishedJobCannotBeCancelled);
    CPPUNIT_TEST(cancelAgainstTheEndNeverLosesTheJob);
    CPPUNIT_TEST(failedJobIsRetriedWithAttemptsOfThePolicy);
    CPPUNIT_TEST(cancelledJobIsRetried);
    CPPUNIT_TEST(unfinishedAndSucceededJobsAreNotRetried);
    CPPUNIT_TEST(retriedJobMayExpireAgain);
    CPPUNIT_TEST(earlierChildrenStay);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        files_.emplace();
        clock_.emplace();
        node_.emplace(*files_, *clock_);
    }
    void tearDown() override {
        node_.reset();
        clock_.reset();
        files_.reset();
    }

    void queuedJobIsCancelledAtOnce() {
        NewJob wanted = asked("alpha", "work");
        wanted.delay = 1h;
        const Job job = node_->submit(wanted);
        const Changed changed = node_->engine.cancel(job.id);
        CPPUNIT_ASSERT(changed.change == Change::done);
        CPPUNIT_ASSERT(changed.job->state == JobState::cancelled);
        CPPUNIT_ASSERT(changed.job->finishedAt && !changed.job->startedAt);
        clock_->advance(2h);
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, transport().count());
    }

    void runningJobIsAskedToEnd() {
        const Job job = begun();
        const Changed changed = node_->engine.cancel(job.id);
        CPPUNIT_ASSERT(changed.change == Change::asked);
        CPPUNIT_ASSERT(changed.job->state == JobState::running);
        CPPUNIT_ASSERT(changed.job->cancelRequested);
        transport().waitCancel(0);
    }

    void endingsBeforeTheGraceSettleIt() {
        const std::pair<rpc::End, const char*> endings[] = {
            {succeeded("1"), "succeeded"},
            {failed("KeyError", "'pow'"), "failed"},
            {failed("Cancelled", "obeyed"), "cancelled"},
            {triedInVain(rpc::Scope::job), "cancelled"},
            {of(rpc::End::Kind::timeout), "cancelled"},
            {of(rpc::End::Kind::detached), "cancelled"},
            {of(rpc::End::Kind::unavailable), "cancelled"},
            {triedInVain(rpc::Scope::service), "cancelled"}};
        std::size_t number = 0;
        for (const auto& [end, state] : endings) {
            const Job job = begun(number);
            node_->engine.cancel(job.id);
            transport().waitCancel(number);  // no method obeys what it has not been told
            transport().end(number, end);
            CPPUNIT_ASSERT_EQUAL(std::string(state), node_->awaitState(job, state));
            CPPUNIT_ASSERT(node_->now(job).cancelRequested);
            CPPUNIT_ASSERT(node_->childrenOf(job).empty());
            ++number;
        }
    }

    void endOfTheGraceCancels() {
        const Job job = begun();
        node_->engine.cancel(job.id);
        transport().waitCancel(0);  // the grace has begun
        clock_->advance(9s);
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL("running"s, node_->stateOf(job));
        clock_->advance(1s);
        CPPUNIT_ASSERT_EQUAL("cancelled"s, node_->awaitState(job, "cancelled"));
        transport().end(0, succeeded("late"));
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL("cancelled"s, node_->stateOf(job));
    }

    void handedOverJobThatHasNotBegunIsCancelled() {
        const Job job = node_->submit();
        CPPUNIT_ASSERT(node_->engine.cancel(job.id).change == Change::asked);
        transport().waitCancel(0);
        transport().end(0, of(rpc::End::Kind::unavailable));
        CPPUNIT_ASSERT_EQUAL("cancelled"s, node_->awaitState(job, "cancelled"));
        CPPUNIT_ASSERT(node_->engine.readiness().missing.empty());  // the gate stays open
    }

    void cancelDuringATimeoutStillCancels() {
        const Job job = begun();
        clock_->advance(61s);
        transport().waitCancel(0);
        node_->engine.cancel(job.id);
        transport().end(0, failed("Cancelled", "obeyed"));
        CPPUNIT_ASSERT_EQUAL("cancelled"s, node_->awaitState(job, "cancelled"));
    }

    void finishedJobCannotBeCancelled() {
        const Job job = begun();
        transport().end(0, succeeded());
        node_->awaitState(job, "succeeded");
        const Changed changed = node_->engine.cancel(job.id);
        CPPUNIT_ASSERT(changed.change == Change::refused);
        CPPUNIT_ASSERT(changed.job->state == JobState::succeeded);
        CPPUNIT_ASSERT(!changed.job->cancelRequested);
    }

    // A TryAgain races with the cancel: whichever is first, the job is not tried again.
    void cancelAgainstTheEndNeverLosesTheJob() {
        for (std::size_t i = 0; i < 100; ++i) {
            const Job job = begun(i);
            {
                base::Worker ender("ender");
                ender.start([&] { transport().end(i, triedInVain(rpc::Scope::job, 1h)); });
                node_->engine.cancel(job.id);
            }
            CPPUNIT_ASSERT_EQUAL("cancelled"s, node_->awaitState(job, "cancelled"));
        }
    }

    void failedJobIsRetriedWithAttemptsOfThePolicy() {
        const Job job = begun();
        transport().end(0, failed("KeyError", "'pow'"));
        node_->awaitState(job, "failed");
        clock_->advance(5s);
        const Changed changed = node_->engine.retry(job.id);
        CPPUNIT_ASSERT(changed.change == Change::done);
        CPPUNIT_ASSERT_EQUAL(1 + 3, changed.job->maxAttempts);
        CPPUNIT_ASSERT(!changed.job->error && !changed.job->finishedAt);
        CPPUNIT_ASSERT_EQUAL(2, transport().waitCall(1).job->attempt);
        CPPUNIT_ASSERT_EQUAL(job.id.toString() + ".2", transport().waitCall(1).id);
        transport().run(1, succeeded("1"));
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(job, "succeeded"));
    }

    void cancelledJobIsRetried() {
        NewJob wanted = asked("alpha", "work");
        wanted.delay = 1h;
        const Job job = node_->submit(wanted);
        node_->engine.cancel(job.id);
        CPPUNIT_ASSERT(node_->engine.retry(job.id).change == Change::done);
        transport().run(0, succeeded());  // now, not in an hour
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(job, "succeeded"));
        CPPUNIT_ASSERT(!node_->now(job).cancelRequested);
    }

    void unfinishedAndSucceededJobsAreNotRetried() {
        const Job job = begun();
        CPPUNIT_ASSERT(node_->engine.retry(job.id).change == Change::refused);
        transport().end(0, succeeded());
        node_->awaitState(job, "succeeded");
        const Changed changed = node_->engine.retry(job.id);
        CPPUNIT_ASSERT(changed.change == Change::refused);
        CPPUNIT_ASSERT(changed.job->state == JobState::succeeded);
    }

    void retriedJobMayExpireAgain() {
        NewJob wanted = asked("alpha", "plain");
        wanted.delay = 1h;
        wanted.expiresAt = clock_->now() + 30min;
        const Job job = node_->submit(wanted);
        node_->engine.cancel(job.id);
        for (int i = 0; i < 4; ++i) node_->submit();  // no room
        node_->engine.retry(job.id);
        clock_->advance(30min);
        CPPUNIT_ASSERT_EQUAL("failed"s, node_->awaitState(job, "failed"));
        node_->engine.retry(job.id);  // its expiry is over: it waits as long as it takes
        CPPUNIT_ASSERT(!node_->now(job).expiresAt);
        clock_->advance(1h);
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL("queued"s, node_->stateOf(job));
    }

    void earlierChildrenStay() {
        const Job job = begun();
        transport().end(0, failed("KeyError", "", {{"mail", "send", {}}}));
        node_->awaitState(job, "failed");
        node_->engine.retry(job.id);
        transport().run(2, succeeded("1", {{"mail", "send", {}}}));
        node_->awaitState(job, "succeeded");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, node_->childrenOf(job).size());
    }

private:
    FakeTransport& transport() { return node_->transport; }

    // A job whose call is of that number, and its method has begun.
    Job begun(std::size_t number = 0) {
        const Job job = node_->submit();
        transport().waitCall(number);
        transport().begin(number);
        return job;
    }

    std::optional<TemporaryStore> files_;
    std::optional<FakeClock> clock_;
    std::optional<Node> node_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(EngineCancelTest);
