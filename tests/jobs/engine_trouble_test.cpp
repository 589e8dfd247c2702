// SPDX-License-Identifier: Apache-2.0
// The engine when methods and services misbehave: timeouts, hung methods, gates, a broken store.
#include <cppunit/extensions/HelperMacros.h>

#include "jobs/node.h"
#include "store/faulty_disk.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

class EngineTroubleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EngineTroubleTest);
    CPPUNIT_TEST(timedOutJobIsAskedToEndAndTriedAgainAfterItsReturn);
    CPPUNIT_TEST(hungJobFailsAndItsLateReturnIsIgnored);
    CPPUNIT_TEST(hungMethodsDoNotStopTheService);
    CPPUNIT_TEST(retriedJobIgnoresTheReturnOfItsHungAttempt);
    CPPUNIT_TEST(serviceThatCannotWorkIsProbedAndUsesNoAttempts);
    CPPUNIT_TEST(openedGateLetsTheWaitingGoOnInOrder);
    CPPUNIT_TEST(jobOverWhichTheServiceBreaksDoesNotHoldTheOthers);
    CPPUNIT_TEST(hungProbeIsFollowedByAnother);
    CPPUNIT_TEST(unavailableServiceIsWaitedFor);
    CPPUNIT_TEST(cancelledProbeLetsTheNextGo);
    CPPUNIT_TEST(unknownServiceFailsItsJob);
    CPPUNIT_TEST(childOfNoKnownServiceIsListed);
    CPPUNIT_TEST(fullDiskKeepsOutcomesUntilThereIsRoom);
    CPPUNIT_TEST(storeThatWorksAgainIsNoticedWithoutASubmit);
    CPPUNIT_TEST(failedSyncIsFatal);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        disk_.emplace();
        files_.emplace();
        clock_.emplace();
        node_.emplace(*files_, *clock_);
    }
    void tearDown() override {
        node_.reset();
        clock_.reset();
        files_.reset();
        disk_.reset();
    }

    void timedOutJobIsAskedToEndAndTriedAgainAfterItsReturn() {
        const Job job = node_->submit();
        transport().begin(0);
        clock_->advance(60s);
        transport().waitCancel(0);
        clock_->advance(9s);
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL("running"s, node_->stateOf(job));  // it has not returned
        transport().end(0, failed("Cancelled", "obeyed"));
        CPPUNIT_ASSERT_EQUAL("queued"s, node_->awaitState(job, "queued"));
        clock_->advance(3s);
        CPPUNIT_ASSERT_EQUAL(2, transport().waitCall(1).job->attempt);
    }

    void hungJobFailsAndItsLateReturnIsIgnored() {
        const Job job = node_->submit();
        hang(0);
        CPPUNIT_ASSERT_EQUAL("failed"s, node_->awaitState(job, "failed"));
        CPPUNIT_ASSERT_EQUAL("Timeout"s, node_->now(job).error->type);
        CPPUNIT_ASSERT_EQUAL("mail"s, transport().waitCall(1).service);
        transport().end(0, succeeded("40", {{"mail", "send", {}}}));
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL("failed"s, node_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, node_->childrenOf(job).size());
    }

    void hungMethodsDoNotStopTheService() {
        node_->submit("alpha", "plain");
        const Job other = node_->submit("alpha", "plain");
        hang(0);
        for (std::size_t i = 2; i < 8; ++i) {
            node_->submit("alpha", "plain");
            transport().run(i, succeeded());
        }
        CPPUNIT_ASSERT_EQUAL("running"s, node_->stateOf(other));
        transport().end(0, succeeded());
    }

    void retriedJobIgnoresTheReturnOfItsHungAttempt() {
        const Job job = node_->submit("alpha", "plain");
        hang(0);
        node_->awaitState(job, "failed");
        CPPUNIT_ASSERT(node_->engine.retry(job.id).change == Change::done);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, transport().waitCall(1).job->claim);
        CPPUNIT_ASSERT_EQUAL(2, transport().waitCall(1).job->attempt);
        transport().end(0, succeeded("old"));
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL("running"s, node_->stateOf(job));
        transport().run(1, succeeded("\"new\""));
        node_->awaitState(job, "succeeded");
        CPPUNIT_ASSERT_EQUAL("\"new\""s, node_->now(job).result);
    }

    void serviceThatCannotWorkIsProbedAndUsesNoAttempts() {
        const Job job = node_->submit();
        auto pause = 1s;
        transport().run(0, triedInVain(rpc::Scope::service));
        for (std::size_t i = 1; i < 9; ++i) {
            CPPUNIT_ASSERT_EQUAL("queued"s, node_->awaitState(job, "queued"));
            CPPUNIT_ASSERT_EQUAL(0, node_->now(job).attempt);
            clock_->advance(pause - 1ms);
            node_->settleDown();
            CPPUNIT_ASSERT_EQUAL(i, transport().count());
            clock_->advance(1ms);
            CPPUNIT_ASSERT_EQUAL(1, transport().waitCall(i).job->attempt);
            const Job fresh = node_->submit();  // one probe at a time
            node_->settleDown();
            CPPUNIT_ASSERT_EQUAL(i + 1, transport().count());
            CPPUNIT_ASSERT_EQUAL("queued"s, node_->stateOf(fresh));
            transport().run(i, triedInVain(rpc::Scope::service));
            pause = std::min<std::chrono::seconds>(pause * 2, 60s);
        }
        CPPUNIT_ASSERT_EQUAL("not now"s, node_->now(job).error->message);
    }

    void openedGateLetsTheWaitingGoOnInOrder() {
        std::vector<Job> jobs{node_->submit()};
        transport().run(0, triedInVain(rpc::Scope::service));
        node_->awaitState(jobs[0], "queued");
        for (int i = 0; i < 4; ++i) {
            clock_->advance(1ms);
            jobs.push_back(node_->submit());
        }
        clock_->advance(1s);
        for (std::size_t i = 0; i < 5; ++i) {
            CPPUNIT_ASSERT(transport().waitCall(i + 1).job->job == jobs[i].id);
            transport().run(i + 1, succeeded());
        }
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(jobs[4], "succeeded"));
        CPPUNIT_ASSERT(node_->engine.readiness().missing.empty());
    }

    void jobOverWhichTheServiceBreaksDoesNotHoldTheOthers() {
        const Job bad = node_->submit("alpha", "plain");
        transport().run(0, triedInVain(rpc::Scope::service));
        node_->awaitState(bad, "queued");
        clock_->advance(1ms);
        const Job good = node_->submit("alpha", "plain");
        clock_->advance(1s);
        CPPUNIT_ASSERT(transport().waitCall(1).job->job == bad.id);
        transport().run(1, triedInVain(rpc::Scope::service));
        node_->awaitState(bad, "queued");
        clock_->advance(2s);
        CPPUNIT_ASSERT(transport().waitCall(2).job->job == good.id);
        transport().run(2, succeeded());
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(good, "succeeded"));
    }

    void hungProbeIsFollowedByAnother() {
        node_->submit("alpha", "plain");
        transport().run(0, triedInVain(rpc::Scope::service));
        const Job next = node_->submit("alpha", "plain");
        clock_->advance(1s);
        transport().waitCall(1);
        hang(1);
        clock_->advance(60s);
        CPPUNIT_ASSERT(transport().waitCall(2).job->job == next.id);
        transport().run(2, succeeded());
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(next, "succeeded"));
        transport().end(1, succeeded());
    }

    void unavailableServiceIsWaitedFor() {
        const Job job = node_->submit();
        for (std::size_t i = 0; i < 5; ++i) {
            transport().waitCall(i);
            transport().end(
                i, of(i % 2 == 0 ? rpc::End::Kind::unavailable : rpc::End::Kind::unknownService));
            CPPUNIT_ASSERT_EQUAL("queued"s, node_->awaitState(job, "queued"));
            clock_->advance(60s);
        }
        CPPUNIT_ASSERT_EQUAL(1, transport().waitCall(5).job->attempt);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6}, transport().waitCall(5).job->claim);
        transport().run(5, succeeded());
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(job, "succeeded"));
    }

    void cancelledProbeLetsTheNextGo() {
        const Job job = node_->submit();
        transport().run(0, triedInVain(rpc::Scope::service));
        const Job next = node_->submit();
        clock_->advance(1s);
        transport().waitCall(1);
        CPPUNIT_ASSERT(node_->engine.cancel(job.id).change == Change::asked);
        transport().waitCancel(1);
        transport().end(1, of(rpc::End::Kind::unavailable));  // it had not begun
        CPPUNIT_ASSERT_EQUAL("cancelled"s, node_->awaitState(job, "cancelled"));
        CPPUNIT_ASSERT(transport().waitCall(2).job->job == next.id);
    }

    void unknownServiceFailsItsJob() {
        const Job job = node_->submit("nobody", "knows");
        transport().waitCall(0);
        transport().end(0, of(rpc::End::Kind::unknownService));
        CPPUNIT_ASSERT_EQUAL("failed"s, node_->awaitState(job, "failed"));
        CPPUNIT_ASSERT(node_->now(job).error ==
                       (rpc::ErrorReply{"UnknownService", "no service 'nobody' is known here"}));
    }

    void childOfNoKnownServiceIsListed() {
        Filter filter;
        filter.state = JobState::failed;
        node_->engine.list(filter, 10, std::nullopt);  // the reader is open now
        node_->submit();
        transport().run(0, succeeded("1", {{"nobody", "knows", {}}}));
        transport().waitCall(1);
        transport().end(1, of(rpc::End::Kind::unknownService));
        CPPUNIT_ASSERT(eventually(
            [&] { return node_->engine.list(filter, 10, std::nullopt).jobs.size() == 1; }));
    }

    void fullDiskKeepsOutcomesUntilThereIsRoom() {
        const Job job = node_->submit();
        transport().waitCall(0);
        FaultyDisk::full = true;
        CPPUNIT_ASSERT(node_->engine.submit({asked("alpha", "work")}).refusal == Refusal::diskFull);
        transport().run(0, succeeded("40", {{"mail", "send", {}}}));
        CPPUNIT_ASSERT(node_->engine.cancel(job.id).change == Change::unavailable);
        CPPUNIT_ASSERT_EQUAL("running"s, node_->stateOf(job));
        CPPUNIT_ASSERT_EQUAL("the last write to the store failed; the log says why"s,
                             node_->engine.readiness().reason);
        FaultyDisk::full = false;
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(job, "succeeded"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, node_->childrenOf(job).size());
        CPPUNIT_ASSERT_EQUAL(""s, node_->fatal);
        CPPUNIT_ASSERT(node_->engine.readiness().storing);
    }

    void storeThatWorksAgainIsNoticedWithoutASubmit() {
        FaultyDisk::full = true;
        node_->engine.submit({asked("alpha", "work")});
        node_->lookRound();
        CPPUNIT_ASSERT(!node_->engine.readiness().storing);
        FaultyDisk::full = false;
        CPPUNIT_ASSERT(eventually([&] { return node_->engine.readiness().storing; }));
    }

    void failedSyncIsFatal() {
        FaultyDisk::failSyncs = true;
        CPPUNIT_ASSERT(node_->engine.submit({asked("alpha", "work")}).refusal ==
                       Refusal::unavailable);
        CPPUNIT_ASSERT(node_->fatal.starts_with("COMMIT: disk I/O error"));
        FaultyDisk::failSyncs = false;
    }

private:
    FakeTransport& transport() { return node_->transport; }

    void hang(std::size_t number) {
        transport().begin(number);
        clock_->advance(61s);
        transport().waitCancel(number);
        clock_->advance(11s);
        node_->settleDown();
    }

    std::optional<FaultyDisk> disk_;
    std::optional<TemporaryStore> files_;
    std::optional<FakeClock> clock_;
    std::optional<Node> node_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(EngineTroubleTest);
