// SPDX-License-Identifier: Apache-2.0
#include "jobs/notification.h"

#include <cppunit/extensions/HelperMacros.h>

#include "base/json.h"
#include "jobs/node.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

// A job that wants to be told of: however it ends, one job of webhook.deliver is committed with it.
class NotificationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NotificationTest);
    CPPUNIT_TEST(successIsTold);
    CPPUNIT_TEST(failureIsTold);
    CPPUNIT_TEST(anotherAttemptIsNot);
    CPPUNIT_TEST(cancelOfAQueuedJobIsTold);
    CPPUNIT_TEST(cancelOfARunningJobIsTold);
    CPPUNIT_TEST(expiryIsTold);
    CPPUNIT_TEST(largeResultIsFetchedInstead);
    CPPUNIT_TEST(deepResultIsFetchedInstead);
    CPPUNIT_TEST(longErrorIsCutBetweenCharacters);
    CPPUNIT_TEST(whoAskedForNothingIsToldNothing);
    CPPUNIT_TEST(secondEndIsToldToo);
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

    void successIsTold() {
        NewJob wanted = watched();
        wanted.tags = {"a", "b\""};
        wanted.priority = Priority::high;
        wanted.trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        wanted.submitter = "alice";
        const Job job = node_->submit(wanted);
        CPPUNIT_ASSERT_EQUAL("alice"s, job.submitter);
        transport().run(0, succeeded("40"));
        const Job told = tell(job);
        CPPUNIT_ASSERT_EQUAL("webhook.deliver"s, told.service + '.' + told.method);
        CPPUNIT_ASSERT(told.priority == Priority::high);
        CPPUNIT_ASSERT_EQUAL(wanted.trace, told.trace);
        CPPUNIT_ASSERT_EQUAL("alice"s, told.submitter);
        CPPUNIT_ASSERT_EQUAL("https://example.com/hook"s, said(told, "url"));
        CPPUNIT_ASSERT_EQUAL("job.succeeded"s, said(told, "event"));
        const base::Json data = dataOf(told);
        CPPUNIT_ASSERT_EQUAL(job.id.toString(), data.find("id")->asString());
        CPPUNIT_ASSERT_EQUAL("40"s, data.find("result")->asDigits());
        CPPUNIT_ASSERT_EQUAL(R"(["a","b\""])"s, data.find("tags")->toString());
        CPPUNIT_ASSERT_EQUAL("/jobs/" + job.id.toString(), data.find("location")->asString());
        CPPUNIT_ASSERT(data.find("started_at")->isString());
        CPPUNIT_ASSERT_EQUAL(data.find("finished_at")->asString(), said(told, "timestamp"));
        CPPUNIT_ASSERT(data.find("error") == nullptr);
    }

    void failureIsTold() {
        const Job job = node_->submit(watched());
        transport().run(0, failed("ZeroDivisionError", "division by zero"));
        const Job told = tell(job);
        CPPUNIT_ASSERT_EQUAL("job.failed"s, said(told, "event"));
        CPPUNIT_ASSERT_EQUAL(R"({"type":"ZeroDivisionError","message":"division by zero"})"s,
                             dataOf(told).find("error")->toString());
    }

    void anotherAttemptIsNot() {
        NewJob wanted = watched();
        wanted.method = "work";
        const Job job = node_->submit(wanted);
        transport().run(0, triedInVain(rpc::Scope::job));
        CPPUNIT_ASSERT_EQUAL("queued"s, node_->awaitState(job, "queued"));
        CPPUNIT_ASSERT(node_->childrenOf(job).empty());
    }

    void cancelOfAQueuedJobIsTold() {
        NewJob wanted = watched();
        wanted.delay = 1h;
        const Job job = node_->submit(wanted);
        node_->engine.cancel(job.id);
        CPPUNIT_ASSERT_EQUAL("job.cancelled"s, said(tell(job), "event"));
        node_->engine.cancel(job.id);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), node_->childrenOf(job).size());
    }

    void cancelOfARunningJobIsTold() {
        const Job job = node_->submit(watched());
        transport().waitCall(0);
        node_->engine.cancel(job.id);
        transport().run(0, failed("Cancelled", "the call was cancelled"));
        CPPUNIT_ASSERT_EQUAL("job.cancelled"s, said(tell(job), "event"));
    }

    void expiryIsTold() {
        NewJob wanted = watched();
        wanted.delay = 1h;
        wanted.expiresAt = clock_->now() + 2h;
        CPPUNIT_ASSERT(node_->engine.setPaused("alpha", true));
        const Job job = node_->submit(wanted);
        clock_->advance(2h);
        CPPUNIT_ASSERT_EQUAL("failed"s, node_->awaitState(job, "failed"));
        CPPUNIT_ASSERT_EQUAL("Expired"s, dataOf(tell(job)).find("error")->find("type")->asString());
    }

    void largeResultIsFetchedInstead() {
        const Job job = node_->submit(watched());
        transport().run(0, succeeded('"' + std::string(20000, 'x') + '"'));
        CPPUNIT_ASSERT(dataOf(tell(job)).find("result") == nullptr);
    }

    // What tells of it is nested deeper still, and would be no JSON any more.
    void deepResultIsFetchedInstead() {
        const Job job = node_->submit(watched());
        transport().run(0, succeeded(std::string(63, '[') + std::string(63, ']')));
        CPPUNIT_ASSERT(dataOf(tell(job)).find("result") == nullptr);
    }

    void longErrorIsCutBetweenCharacters() {
        const Job job = node_->submit(watched());
        std::string text = "x";
        for (int i = 0; i < 2000; ++i) text += "é";
        transport().run(0, failed("E", text));
        const std::string message = dataOf(tell(job)).find("error")->find("message")->asString();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1023 + 3), message.size());
    }

    void whoAskedForNothingIsToldNothing() {
        const Job job = node_->submit();
        transport().run(0, succeeded());
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->awaitState(job, "succeeded"));
        CPPUNIT_ASSERT(node_->childrenOf(job).empty());
    }

    void secondEndIsToldToo() {
        const Job job = node_->submit(watched());
        transport().run(0, failed("E", "text"));
        tell(job);
        node_->engine.retry(job.id);
        // The first telling has no worker here that runs it: it is the call between.
        CPPUNIT_ASSERT(eventually([&] { return node_->stateOf(job) == "running"; }));
        for (std::size_t i = 1; i < transport().count() + 1; ++i) {
            if (transport().waitCall(i).service != "alpha") continue;
            transport().run(i, succeeded());
            break;
        }
        CPPUNIT_ASSERT(eventually([&] { return tellings(job).size() == 2; }));
        CPPUNIT_ASSERT_EQUAL("job.succeeded"s, said(tellings(job).front(), "event"));
    }

private:
    static NewJob watched() {
        NewJob job = asked("alpha", "once");
        job.notify = R"({"webhook":"https://example.com/hook"})";
        return job;
    }

    FakeTransport& transport() { return node_->transport; }

    // The newest first.
    std::vector<Job> tellings(const Job& job) {
        std::vector<Job> told;
        for (const Job& child : node_->childrenOf(job)) {
            if (child.service == "webhook") told.push_back(node_->now(child));
        }
        return told;
    }

    Job tell(const Job& job) {
        CPPUNIT_ASSERT(eventually([&] { return !tellings(job).empty(); }));
        return tellings(job).front();
    }

    static std::string said(const Job& told, const std::string& name) {
        return base::Json::parse(told.arguments.kwargs).find(name)->asString();
    }
    static base::Json dataOf(const Job& told) {
        return *base::Json::parse(told.arguments.kwargs).find("data");
    }

    std::optional<TemporaryStore> files_;
    std::optional<FakeClock> clock_;
    std::optional<Node> node_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(NotificationTest);
