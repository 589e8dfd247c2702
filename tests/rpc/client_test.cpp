// SPDX-License-Identifier: Apache-2.0
#include "rpc/client.h"

#include <cppunit/extensions/HelperMacros.h>

#include "base/worker.h"
#include "probe_service.h"
#include "recorder.h"
#include "rpc/plugin.h"

using namespace errand;

namespace {

// Ends each call at once, with what it was told.
class FakeTransport : public rpc::Transport {
public:
    void open(const rpc::Settings&, rpc::JobSink&) override {}
    void serve(rpc::Service&) override {}
    void call(rpc::Call call, rpc::CallObserver& observer) override {
        received = std::move(call);
        observer.begun({});
        observer.ended(end);
    }
    bool attach(rpc::Call, const rpc::Attachment&, rpc::CallObserver&) override { return false; }
    bool forget(const rpc::CallId&) noexcept override { return false; }
    void cancel(const rpc::CallId&) noexcept override {}
    rpc::Health health() const override { return {}; }
    void close(base::SteadyTime) noexcept override {}

    rpc::End end;
    rpc::Call received;
};

}  // namespace

class ClientTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientTest);
    CPPUNIT_TEST(callGetsAnIdAndADeadline);
    CPPUNIT_TEST(ownIdAndEarlierDeadlineStay);
    CPPUNIT_TEST(replyIsAcknowledgedOnce);
    CPPUNIT_TEST(endsArePassedOn);
    CPPUNIT_TEST(patienceEndsBeforeTheCall);
    CPPUNIT_TEST(manyThreadsMayCall);
    CPPUNIT_TEST_SUITE_END();

    FakeTransport transport_;
    tests::RecordingSink sink_;
    rpc::Client client_{transport_};

    static rpc::Call make(const std::string& method, const std::string& args) {
        rpc::Call call;
        call.service = "probe";
        call.method = method;
        call.arguments.args = args;
        return call;
    }

public:
    void callGetsAnIdAndADeadline() {
        const base::SteadyTime before = base::Clock::system().steady();
        client_.call({}, std::chrono::hours(1));
        CPPUNIT_ASSERT(base::Id::parse(transport_.received.id));
        CPPUNIT_ASSERT(transport_.received.deadline.value() >= before + std::chrono::hours(1));
        CPPUNIT_ASSERT(transport_.received.timeout == std::chrono::milliseconds(0));
    }

    void ownIdAndEarlierDeadlineStay() {
        rpc::Call call;
        call.id = "mine";
        call.deadline = base::Clock::system().steady() + std::chrono::seconds(1);
        client_.call(call, std::chrono::hours(1));
        CPPUNIT_ASSERT_EQUAL(std::string("mine"), transport_.received.id);
        CPPUNIT_ASSERT(transport_.received.deadline == call.deadline);
    }

    void replyIsAcknowledgedOnce() {
        int acknowledged = 0;
        transport_.end = {rpc::End::Kind::reply, {}, [&] { ++acknowledged; }};
        const rpc::End end = client_.call({}, std::chrono::hours(1));
        CPPUNIT_ASSERT_EQUAL(1, acknowledged);
        CPPUNIT_ASSERT(!end.acknowledge);
    }

    void endsArePassedOn() {
        for (const auto kind : {rpc::End::Kind::unavailable, rpc::End::Kind::unknownService,
                                rpc::End::Kind::detached, rpc::End::Kind::timeout}) {
            transport_.end = {kind, {}, {}};
            CPPUNIT_ASSERT(client_.call({}, std::chrono::hours(1)).kind == kind);
        }
    }

    void patienceEndsBeforeTheCall() {
        tests::ProbeService probe("probe", 1);
        rpc::Plugin plugin(ERRAND_PLUGINS, "inproc");
        plugin.transport().open({}, sink_);
        plugin.transport().serve(probe);
        rpc::Client client(plugin.transport());
        const rpc::End end = client.call(make("hold", "[]"), std::chrono::milliseconds(20));
        CPPUNIT_ASSERT(end.kind == rpc::End::Kind::timeout);
        probe.release();
        const rpc::End after = client.call(make("sum", "[1,2]"), std::chrono::seconds(20));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), after.reply.result()->json);
        plugin.transport().close(base::Clock::system().steady() + std::chrono::seconds(20));
    }

    void manyThreadsMayCall() {
        tests::ProbeService probe("probe", 2);
        rpc::Plugin plugin(ERRAND_PLUGINS, "inproc");
        plugin.transport().open({}, sink_);
        plugin.transport().serve(probe);
        rpc::Client client(plugin.transport());
        std::atomic<int> good{0};
        std::deque<base::Worker> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back("caller").start([&] {
                for (int k = 0; k < 100; ++k) {
                    const rpc::End end =
                        client.call(make("sum", "[1,2]"), std::chrono::seconds(20));
                    if (end.reply.result() && end.reply.result()->json == "3") ++good;
                }
            });
        }
        for (base::Worker& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(800, good.load());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientTest);
