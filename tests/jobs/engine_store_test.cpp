// SPDX-License-Identifier: Apache-2.0
// Calls to queued methods: Engine as the sink of a transport.
#include <cppunit/extensions/HelperMacros.h>

#include "base/worker.h"
#include "jobs/node.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::chrono_literals;
using namespace std::string_literals;

class EngineStoreTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EngineStoreTest);
    CPPUNIT_TEST(callBecomesAJobThatRuns);
    CPPUNIT_TEST(repeatedCallIsOneJob);
    CPPUNIT_TEST(repeatedCallIsOneJobAfterItsEndAndARestart);
    CPPUNIT_TEST(callsThatDifferAreJobsOfTheirOwn);
    CPPUNIT_TEST(callWithoutAnIdIsAlwaysANewJob);
    CPPUNIT_TEST(repeatedAtTheSameTimeIsOneJob);
    CPPUNIT_TEST(unknownMethodIsAnAnswer);
    CPPUNIT_TEST(whatCannotBeStoredMayBeTriedAgain);
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

    void callBecomesAJobThatRuns() {
        CPPUNIT_ASSERT_EQUAL("null"s, stored(call("c1")));
        const auto jobs = all();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, jobs.size());
        CPPUNIT_ASSERT_EQUAL("mail.send"s, jobs[0].service + '.' + jobs[0].method);
        const rpc::Call made = node_->transport.waitCall(0);
        CPPUNIT_ASSERT(made.job->job == jobs[0].id);
        CPPUNIT_ASSERT_EQUAL("[7]"s, made.arguments.args);
        CPPUNIT_ASSERT(made.id != "c1");
    }

    void repeatedCallIsOneJob() {
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT_EQUAL("null"s, stored(call("c1")));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, all().size());
        node_->settleDown();
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, node_->transport.count());
    }

    void repeatedCallIsOneJobAfterItsEndAndARestart() {
        stored(call("c1"));
        node_->transport.run(0, succeeded());
        const Job job = all().at(0);
        node_->awaitState(job, "succeeded");
        CPPUNIT_ASSERT_EQUAL("null"s, stored(call("c1")));
        node_.reset();
        node_.emplace(*files_, *clock_);
        CPPUNIT_ASSERT_EQUAL("null"s, stored(call("c1")));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, all().size());
        CPPUNIT_ASSERT_EQUAL("succeeded"s, node_->stateOf(job));
    }

    void callsThatDifferAreJobsOfTheirOwn() {
        stored(call("c1"));
        stored(call("c2"));
        rpc::Call other = call("c1");
        other.arguments.args = "[8]";
        stored(other);
        other.arguments = {"[7]", R"({"a":1})"};
        stored(other);
        other = call("c1");
        other.service = "alpha";
        other.method = "queued";
        stored(other);
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, all().size());
    }

    // Some clients send none: that does not make all they send the same.
    void callWithoutAnIdIsAlwaysANewJob() {
        stored(call(""));
        stored(call(""));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, all().size());
    }

    void repeatedAtTheSameTimeIsOneJob() {
        base::Worker a("a");
        base::Worker b("b");
        for (base::Worker* worker : {&a, &b}) {
            worker->start([this] {
                for (int i = 0; i < 50; ++i) stored(call("c" + std::to_string(i)));
            });
        }
        a.join();
        b.join();
        CPPUNIT_ASSERT_EQUAL(std::size_t{50}, all().size());
    }

    void unknownMethodIsAnAnswer() {
        rpc::Call unknown = call("c1");
        unknown.method = "sned";
        const rpc::Reply reply = node_->engine.store(unknown);
        CPPUNIT_ASSERT(reply.error());
        CPPUNIT_ASSERT(*reply.error() == (rpc::ErrorReply{"MethodNotFound", "sned"}));
        CPPUNIT_ASSERT(all().empty());
    }

    void whatCannotBeStoredMayBeTriedAgain() {
        node_.reset();
        node_.emplace(*files_, *clock_, [](Settings& settings) {
            settings.minFree = std::numeric_limits<std::uint64_t>::max();
        });
        const rpc::Reply reply = node_->engine.store(call("c1"));
        CPPUNIT_ASSERT(reply.tryAgain());
        CPPUNIT_ASSERT_EQUAL("the disk is full"s, reply.tryAgain()->reason);
        CPPUNIT_ASSERT(reply.tryAgain()->scope == rpc::Scope::service);
        CPPUNIT_ASSERT(all().empty());
    }

private:
    static rpc::Call call(const std::string& id) {
        rpc::Call call;
        call.id = id;
        call.service = "mail";
        call.method = "send";
        call.arguments = {"[7]", "{}"};
        return call;
    }

    // The result as JSON text.
    std::string stored(const rpc::Call& call) {
        const rpc::Reply reply = node_->engine.store(call);
        return reply.result() ? reply.result()->json : "(none)";
    }

    std::vector<Job> all() { return node_->engine.list({}, 500, std::nullopt).jobs; }

    std::optional<TemporaryStore> files_;
    std::optional<FakeClock> clock_;
    std::optional<Node> node_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(EngineStoreTest);
