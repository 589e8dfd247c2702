// SPDX-License-Identifier: Apache-2.0
// The transport of plugins/transport_inproc: the contract, and what it alone promises.
#include <deque>

#include <Poco/Exception.h>

#include "base/worker.h"
#include "transport_contract.h"

using namespace errand;
using Kind = rpc::End::Kind;

namespace {

// Notes the order in which calls end.
class Ordered : public rpc::CallObserver {
public:
    void begun(const std::string&) noexcept override {}
    void ended(rpc::End) noexcept override {
        const base::MutexLock lock(mutex_);
        place_ = ++count_;
    }
    static int count() {
        const base::MutexLock lock(mutex_);
        return count_;
    }
    int place() const {
        const base::MutexLock lock(mutex_);
        return place_;
    }

private:
    static inline base::Mutex mutex_;
    static inline int count_ GUARDED_BY(mutex_) = 0;
    int place_ GUARDED_BY(mutex_) = 0;
};

}  // namespace

class InprocTransportTest : public tests::TransportContract {
    CPPUNIT_TEST_SUB_SUITE(InprocTransportTest, tests::TransportContract);
    CPPUNIT_TEST(callsOfOneWorkerRunInTheOrderTheyCame);
    CPPUNIT_TEST(cancelledWaitingCallNeverBegins);
    CPPUNIT_TEST(manyDeadlinesLeaveTheQueueInOrder);
    CPPUNIT_TEST(fullLaneIsUnavailable);
    CPPUNIT_TEST(castToAQueuedMethodIsStoredBeforeTheReply);
    CPPUNIT_TEST(endlessNestingIsAnError);
    CPPUNIT_TEST(castsOfWhatIsTriedAgainStay);
    CPPUNIT_TEST(nestedCallToAQueuedMethodIsStored);
    CPPUNIT_TEST(serviceIsServedOnce);
    CPPUNIT_TEST(nothingIsAttached);
    CPPUNIT_TEST(serveBeforeOpenIsRefused);
    CPPUNIT_TEST(closeWithoutOpenReturns);
    CPPUNIT_TEST(observerMayCallFromWithinItsEnd);
    CPPUNIT_TEST(deadlineAndReplyTogetherAreOneEnd);
    CPPUNIT_TEST(closeAmongCallsEndsEachOnce);
    CPPUNIT_TEST_SUITE_END();

    std::deque<Ordered> ordered_;

protected:
    std::unique_ptr<rpc::Plugin> load() override {
        return std::make_unique<rpc::Plugin>(ERRAND_PLUGINS, "inproc");
    }
    rpc::Settings settings() override { return {}; }

    void holdSingle(tests::Recorder& recorder) {
        transport().call(make("hold", "[]", "single"), recorder);
        single_->waitInside(1);
    }

public:
    void callsOfOneWorkerRunInTheOrderTheyCame() {
        tests::Recorder& first = hear();
        holdSingle(first);
        const int before = Ordered::count();
        std::deque<Ordered>& calls = ordered_;
        calls.resize(200);
        for (Ordered& call : calls) transport().call(make("count", "[]", "single"), call);
        single_->release();
        single_->waitCounted(200);
        transport().close(tests::farAhead());
        for (std::size_t i = 0; i < calls.size(); ++i) {
            CPPUNIT_ASSERT_EQUAL(before + static_cast<int>(i) + 1, calls[i].place());
        }
    }

    void cancelledWaitingCallNeverBegins() {
        tests::Recorder& first = hear();
        holdSingle(first);
        tests::Recorder& second = hear();
        tests::Recorder& third = hear();
        const rpc::Call call = make("count", "[]", "single");
        transport().call(call, second);
        transport().call(make("sum", "[1,2]", "single"), third);
        transport().cancel(call.id);
        CPPUNIT_ASSERT(second.end().kind == Kind::unavailable);
        single_->release();
        CPPUNIT_ASSERT(third.end().reply.result());
        CPPUNIT_ASSERT(!second.hasBegun());
        CPPUNIT_ASSERT_EQUAL(0, single_->counted());
    }

    void manyDeadlinesLeaveTheQueueInOrder() {
        tests::Recorder& first = hear();
        holdSingle(first);
        std::vector<tests::Recorder*> timed;
        std::vector<tests::Recorder*> patient;
        for (int i = 0; i < 300; ++i) {
            if (i % 30 == 0) {
                patient.push_back(&hear());
                transport().call(make("count", "[]", "single"), *patient.back());
            }
            rpc::Call call = make("fail", R"(["X","ran"])", "single");
            call.deadline = tests::rightNow();
            timed.push_back(&hear());
            transport().call(call, *timed.back());
        }
        for (auto* recorder : timed) CPPUNIT_ASSERT(recorder->end().kind == Kind::timeout);
        single_->release();
        for (auto* recorder : patient) CPPUNIT_ASSERT(recorder->end().reply.result());
    }

    void fullLaneIsUnavailable() {
        constexpr int most = 100000;  // rpc::Lane::maxWaiting
        tests::Recorder& first = hear();
        holdSingle(first);
        Ordered& rest = ordered_.emplace_back();
        for (int i = 0; i < most; ++i) transport().call(make("count", "[]", "single"), rest);
        tests::Recorder& beyond = hear();
        transport().call(make("count", "[]", "single"), beyond);
        CPPUNIT_ASSERT_EQUAL(1, beyond.ends());
        CPPUNIT_ASSERT(beyond.end().kind == Kind::unavailable);
        single_->release();
        single_->waitCounted(most);
        tests::Recorder& after = hear();
        transport().call(make("count", "[]", "single"), after);
        CPPUNIT_ASSERT(after.end().reply.result());
    }

    void castToAQueuedMethodIsStoredBeforeTheReply() {
        const rpc::Call call = make("castOther", R"(["single","countLater","result"])");
        CPPUNIT_ASSERT(run(call).reply.result());
        const std::vector<rpc::Call> stored = sink_->stored();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), stored.size());
        CPPUNIT_ASSERT_EQUAL(std::string("single"), stored[0].service);
        CPPUNIT_ASSERT_EQUAL("probe.castOther." + call.id, stored[0].callIdStack.at(0));
        sink_->answer({"QueueFull", "no room"});
        CPPUNIT_ASSERT_EQUAL(std::string("QueueFull: no room"), answer(call));
    }

    void endlessNestingIsAnError() {
        std::string call = R"(["single","sum",[1,2]])";
        for (int i = 0; i < 40; ++i) call = R"(["single","callOther",)" + call + "]";
        CPPUNIT_ASSERT_EQUAL(std::string("RecursionError: calls are nested too deep"),
                             answer(make("callOther", call, "single")));
        CPPUNIT_ASSERT_EQUAL(std::string("result 3"), answer(make("sum", "[1,2]", "single")));
    }

    void castsOfWhatIsTriedAgainStay() {
        CPPUNIT_ASSERT_EQUAL(std::string("try again: after the cast"),
                             answer(make("castOther", R"(["single","count","tryAgain"])")));
        transport().close(tests::farAhead());
        CPPUNIT_ASSERT_EQUAL(0, single_->counted());
    }

    void nestedCallToAQueuedMethodIsStored() {
        CPPUNIT_ASSERT_EQUAL(std::string("result null"),
                             answer(makeJob("callOther", R"(["single","countLater",[1]])")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), sink_->stored().size());
        CPPUNIT_ASSERT_EQUAL(0, single_->counted());
    }

    void serviceIsServedOnce() {
        tests::ProbeService twin("probe", 1);
        CPPUNIT_ASSERT_THROW(transport().serve(twin), Poco::ExistsException);
    }

    void nothingIsAttached() {
        tests::Recorder& recorder = hear();
        CPPUNIT_ASSERT(!transport().attach(make("sum", "[1,2]"), {}, recorder));
        CPPUNIT_ASSERT_EQUAL(0, recorder.ends());
    }

    void serveBeforeOpenIsRefused() {
        const std::unique_ptr<rpc::Plugin> fresh = load();
        CPPUNIT_ASSERT_THROW(fresh->transport().serve(*probe_), Poco::IllegalStateException);
    }

    void closeWithoutOpenReturns() {
        const std::unique_ptr<rpc::Plugin> fresh = load();
        fresh->transport().close(tests::farAhead());
        tests::Recorder& recorder = hear();
        fresh->transport().call(make("sum", "[1,2]"), recorder);
        CPPUNIT_ASSERT(recorder.end().kind == Kind::unknownService);
    }

    // Whichever comes first; the sanitizers look at the rest.
    void deadlineAndReplyTogetherAreOneEnd() {
        std::vector<tests::Recorder*> recorders;
        for (int i = 0; i < 3000; ++i) {
            rpc::Call call = make("sum", "[1,2]");
            call.deadline = tests::rightNow() + std::chrono::microseconds(i % 60);
            recorders.push_back(&hear());
            transport().call(call, *recorders.back());
        }
        for (auto* recorder : recorders) {
            const Kind kind = recorder->end().kind;
            CPPUNIT_ASSERT(kind == Kind::reply || kind == Kind::timeout);
        }
        transport().close(tests::farAhead());
        for (auto* recorder : recorders) CPPUNIT_ASSERT_EQUAL(1, recorder->ends());
    }

    void closeAmongCallsEndsEachOnce() {
        std::vector<tests::Recorder*> recorders;
        for (int i = 0; i < 3000; ++i) recorders.push_back(&hear());
        base::Worker sender("sender");
        sender.start([&] {
            for (auto* recorder : recorders) transport().call(make("sum", "[1,2]"), *recorder);
        });
        recorders[100]->end();
        transport().close(tests::rightNow());
        sender.join();
        for (auto* recorder : recorders) CPPUNIT_ASSERT_EQUAL(1, recorder->ends());
        CPPUNIT_ASSERT(recorders[100]->end().kind == Kind::reply);
    }

    void observerMayCallFromWithinItsEnd() {
        class Chain : public tests::Recorder {
        public:
            Chain(rpc::Transport& transport, rpc::Call call, rpc::CallObserver& after)
                : transport_(transport), call_(std::move(call)), after_(after) {}
            void ended(rpc::End end) noexcept override {
                transport_.cancel(call_.id);
                transport_.call(call_, after_);
                Recorder::ended(std::move(end));
            }

        private:
            rpc::Transport& transport_;
            rpc::Call call_;
            rpc::CallObserver& after_;
        };
        tests::Recorder& second = hear();
        Chain first(transport(), make("sum", "[2,2]", "single"), second);
        transport().call(make("sum", "[1,1]", "single"), first);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), first.end().reply.result()->json);
        CPPUNIT_ASSERT_EQUAL(std::string("4"), second.end().reply.result()->json);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(InprocTransportTest);
