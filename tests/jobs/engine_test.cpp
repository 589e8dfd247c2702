// SPDX-License-Identifier: Apache-2.0
#include "jobs/engine.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/node.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

// A job's ordinary life. Failing services, stops and crashes have tests of their own beside this.
class EngineTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EngineTest);
    CPPUNIT_TEST(submitRunsAtOnceWhereThereIsRoom);
    CPPUNIT_TEST(submitWaitsWhereThereIsNoneAndKeepsItsTurn);
    CPPUNIT_TEST(newJobDoesNotOvertakeOlderOnes);
    CPPUNIT_TEST(newJobDoesNotOvertakeOneThatHasBecomeDue);
    CPPUNIT_TEST(runAtInTheFutureIsWaitedFor);
    CPPUNIT_TEST(delayIsWaitedFor);
    CPPUNIT_TEST(submittedArrayIsStoredInOrder);
    CPPUNIT_TEST(emptyArrayIsNothing);
    CPPUNIT_TEST(expiredJobFailsWithItsFailureCast);
    CPPUNIT_TEST(jobThatHasBegunDoesNotExpire);
    CPPUNIT_TEST(childrenAreCommittedWithTheOutcome);
    CPPUNIT_TEST(methodsErrorIsTheJobs);
    CPPUNIT_TEST(attemptsAreMadeUntilTheyAreUsedUp);
    CPPUNIT_TEST(listsAndFindsSeeWhatWasSubmitted);
    CPPUNIT_TEST(fullQueueRefusesAndRecovers);
    CPPUNIT_TEST(fullDiskRefusesSubmitsAndLetsOutcomesThrough);
    CPPUNIT_TEST(callToAQueuedMethodIsAJobOnceStored);
    CPPUNIT_TEST(callThatCannotBeStoredIsToBeTriedAgain);
    CPPUNIT_TEST(callToAnUnknownMethodIsRefused);
    CPPUNIT_TEST(readinessNamesWhatIsMissing);
    CPPUNIT_TEST(unknownJobsAreNotFound);
    CPPUNIT_TEST(manyThreadsSubmitAndAllIsDone);
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

    void submitRunsAtOnceWhereThereIsRoom() {
        const Job job = node_->submit();
        CPPUNIT_ASSERT(job.state == JobState::running);
        CPPUNIT_ASSERT_EQUAL(1, job.attempt);
        CPPUNIT_ASSERT(transport().waitCall(0).job->job == job.id);
        transport().run(0, succeeded("40"));
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(job, "succeeded"));
        const Job done = node_->now(job);
        CPPUNIT_ASSERT_EQUAL("40"s, done.result);
        CPPUNIT_ASSERT(done.startedAt && done.finishedAt && !done.error);
    }

    void submitWaitsWhereThereIsNoneAndKeepsItsTurn() {
        std::vector<Job> jobs;
        for (int i = 0; i < 9; ++i) {
            jobs.push_back(node_->submit());
            clock_->advance(1s);
        }
        CPPUNIT_ASSERT_EQUAL("running queued"s,
                             node_->stateOf(jobs[3]) + ' ' + node_->stateOf(jobs[4]));
        for (std::size_t i = 0; i < 9; ++i) {
            CPPUNIT_ASSERT(transport().waitCall(i).job->job == jobs[i].id);
            transport().run(i, succeeded());
        }
        for (const Job& job : jobs) {
            CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(job, "succeeded"));
        }
    }

    void newJobDoesNotOvertakeOlderOnes() {
        for (int i = 0; i < 5; ++i) node_->submit();
        transport().waitCall(3);
        clock_->advance(1s);
        const Job last = node_->submit();
        CPPUNIT_ASSERT_EQUAL("queued"s, node_->stateOf(last));
        for (std::size_t i = 0; i < 5; ++i) transport().run(i, succeeded());
        CPPUNIT_ASSERT(transport().waitCall(5).job->job == last.id);
    }

    void newJobDoesNotOvertakeOneThatHasBecomeDue() {
        NewJob wanted = asked("alpha", "work");
        wanted.runAt = clock_->now() + 5s;
        for (int i = 0; i < 20; ++i) {
            wanted.runAt = clock_->now() + 5s;
            const Job scheduled = node_->submit(wanted);
            clock_->advance(5s);  // the dispatcher may or may not have seen it
            const Job fresh = node_->submit();
            const std::size_t first = static_cast<std::size_t>(2 * i);
            CPPUNIT_ASSERT(transport().waitCall(first).job->job == scheduled.id);
            CPPUNIT_ASSERT(transport().waitCall(first + 1).job->job == fresh.id);
            transport().run(first, succeeded());
            transport().run(first + 1, succeeded());
            CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(fresh, "succeeded"));
        }
    }

    void runAtInTheFutureIsWaitedFor() {
        NewJob wanted = asked("alpha", "work");
        wanted.runAt = clock_->now() + 1h;
        const Job job = node_->submit(wanted);
        CPPUNIT_ASSERT(job.state == JobState::queued);
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL("queued"s, node_->stateOf(job));
        clock_->advance(1h - 1us);
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL("queued"s, node_->stateOf(job));
        clock_->advance(1us);
        CPPUNIT_ASSERT(transport().waitCall(0).job->job == job.id);
    }

    void delayIsWaitedFor() {
        NewJob later = asked("alpha", "work");
        later.delay = 30s;
        const Job second = node_->submit(later);
        NewJob sooner = asked("alpha", "work");
        sooner.delay = 20s;
        const Job first = node_->submit(sooner);
        clock_->advance(20s);
        CPPUNIT_ASSERT(transport().waitCall(0).job->job == first.id);
        CPPUNIT_ASSERT_EQUAL("queued"s, node_->stateOf(second));
        clock_->advance(10s);
        CPPUNIT_ASSERT(transport().waitCall(1).job->job == second.id);
    }

    void submittedArrayIsStoredInOrder() {
        const Submission submission = node_->engine.submit(
            {asked("alpha", "work"), asked("beta", "plain"), asked("mail", "send")});
        CPPUNIT_ASSERT(submission.refusal == Refusal::none);
        std::string services;
        for (const Job& job : submission.jobs) {
            services += job.service + std::to_string(job.sequence) + ' ';
        }
        CPPUNIT_ASSERT_EQUAL("alpha1 beta2 mail3 "s, services);
    }

    void emptyArrayIsNothing() {
        const Submission submission = node_->engine.submit({});
        CPPUNIT_ASSERT(submission.refusal == Refusal::none && submission.jobs.empty());
    }

    void expiredJobFailsWithItsFailureCast() {
        NewJob wanted = asked("alpha", "work");
        wanted.delay = 1h;
        wanted.expiresAt = clock_->now() + 30min;
        const Job job = node_->submit(wanted);
        clock_->advance(30min);
        CPPUNIT_ASSERT_EQUAL("failed"s, node_->awaitState(job, "failed"));
        CPPUNIT_ASSERT_EQUAL("Expired"s, node_->now(job).error->type);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, node_->childrenOf(job).size());
        wanted = asked("alpha", "work");
        wanted.expiresAt = clock_->now();  // too late from the beginning
        CPPUNIT_ASSERT_EQUAL("failed"s, node_->awaitState(node_->submit(wanted), "failed"));
        CPPUNIT_ASSERT_EQUAL("mail"s, transport().waitCall(0).service);
    }

    void jobThatHasBegunDoesNotExpire() {
        NewJob wanted = asked("alpha", "work");
        wanted.expiresAt = clock_->now() + 10s;
        const Job job = node_->submit(wanted);
        transport().begin(0);
        clock_->advance(20s);
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL("running"s, node_->stateOf(job));
        transport().end(0, succeeded());
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(job, "succeeded"));
    }

    void childrenAreCommittedWithTheOutcome() {
        const Job job = node_->submit();
        transport().run(0, succeeded("40", {{"mail", "send", {"[\"a\"]", "{}"}},
                                            {"beta", "plain", {"[\"b\"]", "{}"}}}));
        node_->awaitState(job, "succeeded");
        const auto children = node_->childrenOf(job);  // there as soon as the outcome is
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, children.size());
        for (const Job& child : children) CPPUNIT_ASSERT(child.parent == job.id);
        CPPUNIT_ASSERT_EQUAL(R"(["a"])"s, transport().waitCall(1).arguments.args);
        CPPUNIT_ASSERT_EQUAL(R"(["b"])"s, transport().waitCall(2).arguments.args);
    }

    void methodsErrorIsTheJobs() {
        const Job job = node_->submit();
        transport().run(0, failed("ZeroDivisionError", "division by zero",
                                  {{"mail", "send", {"[\"sorry\"]", "{}"}}}));
        CPPUNIT_ASSERT_EQUAL("failed"s, node_->awaitState(job, "failed"));
        CPPUNIT_ASSERT(node_->now(job).error ==
                       (rpc::ErrorReply{"ZeroDivisionError", "division by zero"}));
        CPPUNIT_ASSERT_EQUAL(R"(["sorry"])"s, transport().waitCall(1).arguments.args);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, node_->childrenOf(job).size());
    }

    void attemptsAreMadeUntilTheyAreUsedUp() {
        const Job job = node_->submit();
        for (std::size_t i = 0; i < 3; ++i) {
            CPPUNIT_ASSERT_EQUAL(static_cast<int>(i) + 1, transport().waitCall(i).job->attempt);
            transport().run(i, triedInVain(rpc::Scope::job));
            if (i == 2) break;
            node_->awaitState(job, "queued");
            clock_->advance(13s);  // longer than any pause of its policy
        }
        CPPUNIT_ASSERT_EQUAL("failed"s, node_->awaitState(job, "failed"));
        CPPUNIT_ASSERT(node_->now(job).error == (rpc::ErrorReply{"TryAgain", "not now"}));
        CPPUNIT_ASSERT_EQUAL("mail"s, transport().waitCall(3).service);
    }

    void listsAndFindsSeeWhatWasSubmitted() {
        NewJob wanted = asked("alpha", "plain");
        wanted.tags = {"red"};
        const Job job = node_->submit(wanted);
        node_->submit("beta");
        Filter filter;
        filter.tag = "red";
        const Page page = node_->engine.list(filter, 10, std::nullopt);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page.jobs.size());
        CPPUNIT_ASSERT(page.jobs[0].id == job.id);
        CPPUNIT_ASSERT_EQUAL("[1]"s, node_->now(job).arguments.args);
    }

    void fullQueueRefusesAndRecovers() {
        restart([](Settings& settings) { settings.maxQueued = 2; });
        for (int i = 0; i < 6; ++i) node_->submit();  // four run, two wait
        Submission refused = node_->engine.submit({asked("alpha", "work")});
        CPPUNIT_ASSERT(refused.refusal == Refusal::queueFull && refused.jobs.empty());
        CPPUNIT_ASSERT(node_->engine.readiness().storing);
        for (std::size_t i = 0; i < 6; ++i) transport().run(i, succeeded());
        CPPUNIT_ASSERT(eventually([&] {
            return node_->engine.submit({asked("alpha", "work")}).refusal == Refusal::none;
        }));
    }

    void fullDiskRefusesSubmitsAndLetsOutcomesThrough() {
        const Job job = node_->submit();
        node_->stop();
        restart([](Settings& settings) { settings.minFree = ~0ull; });
        const Submission refused = node_->engine.submit({asked("alpha", "work")});
        CPPUNIT_ASSERT(refused.refusal == Refusal::diskFull && refused.jobs.empty());
        const Readiness readiness = node_->engine.readiness();
        CPPUNIT_ASSERT(!readiness.storing);
        CPPUNIT_ASSERT_EQUAL("less than data.minFree is left on the disk"s, readiness.reason);
        transport().run(0, succeeded("1", {{"mail", "send", {}}}));
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(job, "succeeded"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, node_->childrenOf(job).size());
        restart([](Settings&) {});
        CPPUNIT_ASSERT(node_->engine.submit({asked("alpha", "work")}).refusal == Refusal::none);
    }

    void callToAQueuedMethodIsAJobOnceStored() {
        const rpc::Reply reply = node_->engine.store(callTo("mail", "send"));
        CPPUNIT_ASSERT(reply.result() && reply.result()->json == "null");
        const Page page = node_->engine.list({}, 10, std::nullopt);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, page.jobs.size());
        CPPUNIT_ASSERT_EQUAL(R"(["x"])"s, transport().waitCall(0).arguments.args);
        CPPUNIT_ASSERT(transport().waitCall(0).job);
    }

    void callThatCannotBeStoredIsToBeTriedAgain() {
        restart([](Settings& settings) { settings.minFree = ~0ull; });
        const rpc::Reply full = node_->engine.store(callTo("mail", "send"));
        CPPUNIT_ASSERT(full.tryAgain() && full.tryAgain()->scope == rpc::Scope::service);
        CPPUNIT_ASSERT_EQUAL("the disk is full"s, full.tryAgain()->reason);
        restart([](Settings& settings) { settings.maxQueued = 1; });
        for (int i = 0; i < 5; ++i) node_->submit();
        CPPUNIT_ASSERT_EQUAL("the queue is full"s,
                             node_->engine.store(callTo("alpha", "queued")).tryAgain()->reason);
        CPPUNIT_ASSERT(node_->engine.store(callTo("mail", "send")).result());
    }

    void callToAnUnknownMethodIsRefused() {
        const rpc::Reply reply = node_->engine.store(callTo("mail", "sand"));
        CPPUNIT_ASSERT(reply.error() && reply.error()->type == "MethodNotFound");
        CPPUNIT_ASSERT(node_->engine.list({}, 10, std::nullopt).jobs.empty());
    }

    void readinessNamesWhatIsMissing() {
        CPPUNIT_ASSERT(node_->engine.readiness().storing);
        CPPUNIT_ASSERT(node_->engine.readiness().missing.empty());
        node_->submit("beta");
        transport().end(0, of(rpc::End::Kind::unavailable));
        CPPUNIT_ASSERT(node_->engine.readiness().missing ==
                       std::vector<std::string>{"service beta"});
        CPPUNIT_ASSERT(node_->engine.readiness().storing);
    }

    void unknownJobsAreNotFound() {
        const base::Id nobody = base::Id::generate(clock_->now());
        CPPUNIT_ASSERT(!node_->engine.find(nobody));
        CPPUNIT_ASSERT(node_->engine.cancel(nobody).change == Change::notFound);
        CPPUNIT_ASSERT(node_->engine.retry(nobody).change == Change::notFound);
    }

    void manyThreadsSubmitAndAllIsDone() {
        transport().answerWith([](const rpc::Call& call) -> std::optional<rpc::End> {
            if (call.service == "mail") return succeeded();
            return succeeded("1", {{"mail", "send", {}}});
        });
        {
            base::Worker a("a"), b("b"), c("c"), d("d");
            for (base::Worker* worker : {&a, &b, &c, &d}) {
                worker->start([this] {
                    for (int i = 0; i < 50; ++i) node_->submit();
                });
            }
        }
        Filter filter;
        filter.state = JobState::succeeded;
        CPPUNIT_ASSERT(eventually(
            [&] { return node_->engine.list(filter, 500, std::nullopt).jobs.size() == 400; }));
        CPPUNIT_ASSERT_EQUAL(std::size_t{400}, transport().count());
    }

private:
    FakeTransport& transport() { return node_->transport; }

    void restart(const Node::Change& change) {
        node_.reset();
        node_.emplace(*files_, *clock_, change);
    }

    static rpc::Call callTo(const std::string& service, const std::string& method) {
        rpc::Call call;
        call.service = service;
        call.method = method;
        call.arguments = {R"(["x"])", "{}"};
        return call;
    }

    std::optional<TemporaryStore> files_;
    std::optional<FakeClock> clock_;
    std::optional<Node> node_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(EngineTest);
