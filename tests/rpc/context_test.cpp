// SPDX-License-Identifier: Apache-2.0
#include "rpc/context.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cmath>

#include "rpc/error.h"

using namespace errand;

namespace {

// Keeps the call and answers as it was told.
class FakeCaller : public rpc::Caller {
public:
    rpc::Reply callAndWait(rpc::Call call) override {
        received = std::move(call);
        return reply;
    }
    void progressed(const rpc::Progress& progress) override { told.push_back(progress); }
    rpc::Reply reply;
    rpc::Call received;
    std::vector<rpc::Progress> told;
};

}  // namespace

class ContextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ContextTest);
    CPPUNIT_TEST(callReturnsTheResult);
    CPPUNIT_TEST(calleesErrorIsThrown);
    CPPUNIT_TEST(calleesTryAgainIsThrown);
    CPPUNIT_TEST(nestedCallKnowsItsCallers);
    CPPUNIT_TEST(longCallIdStackIsCut);
    CPPUNIT_TEST(nestedCallHasNoMoreTimeThanItsCaller);
    CPPUNIT_TEST(timeLeftEndsAtZero);
    CPPUNIT_TEST(castsAreTakenOnce);
    CPPUNIT_TEST(cancelIsSeen);
    CPPUNIT_TEST(jobAndClaimAreTold);
    CPPUNIT_TEST(progressIsToldWithinItsBounds);
    CPPUNIT_TEST_SUITE_END();

    static rpc::Call sample() {
        rpc::Call call;
        call.id = "7";
        call.service = "compute";
        call.method = "sum";
        call.callIdStack = {"web.submit.6"};
        call.context = {{"language", "\"en\""}};
        return call;
    }

    FakeCaller caller_;

public:
    void callReturnsTheResult() {
        rpc::Context context(sample(), caller_);
        caller_.reply.answer = rpc::ResultReply{"[1]"};
        CPPUNIT_ASSERT_EQUAL(std::string("[1]"), context.call("mail", "send", {"[2]", "{}"}));
        CPPUNIT_ASSERT_EQUAL(std::string("mail"), caller_.received.service);
        CPPUNIT_ASSERT_EQUAL(std::string("send"), caller_.received.method);
        CPPUNIT_ASSERT_EQUAL(std::string("[2]"), caller_.received.arguments.args);
    }

    void calleesErrorIsThrown() {
        rpc::Context context(sample(), caller_);
        caller_.reply.answer = rpc::ErrorReply{"KeyError", "'x'"};
        try {
            context.call("mail", "send", {});
            CPPUNIT_FAIL("no error came");
        } catch (const rpc::Error& e) {
            CPPUNIT_ASSERT_EQUAL(std::string("KeyError"), e.type());
            CPPUNIT_ASSERT_EQUAL(std::string("'x'"), std::string(e.what()));
        }
    }

    void calleesTryAgainIsThrown() {
        rpc::Context context(sample(), caller_);
        caller_.reply.answer =
            rpc::TryAgainReply{"busy", std::chrono::milliseconds(5), rpc::Scope::service};
        try {
            context.call("mail", "send", {});
            CPPUNIT_FAIL("no TryAgain came");
        } catch (const rpc::TryAgain& e) {
            CPPUNIT_ASSERT_EQUAL(std::string("busy"), std::string(e.what()));
            CPPUNIT_ASSERT(e.after() == std::chrono::milliseconds(5));
            CPPUNIT_ASSERT(e.scope() == rpc::Scope::service);
        }
    }

    void nestedCallKnowsItsCallers() {
        rpc::Call outer = sample();
        outer.job = rpc::JobHeader{};
        rpc::Context context(outer, caller_);
        context.call("mail", "send", {});
        const std::vector<rpc::CallId> expected{"web.submit.6", "compute.sum.7"};
        CPPUNIT_ASSERT(caller_.received.callIdStack == expected);
        CPPUNIT_ASSERT(caller_.received.context == outer.context);
        CPPUNIT_ASSERT(!caller_.received.job);
        CPPUNIT_ASSERT(base::Id::parse(caller_.received.id));
        CPPUNIT_ASSERT(context.onward("a", "b", {}).id != context.onward("a", "b", {}).id);
    }

    void longCallIdStackIsCut() {
        rpc::Call outer = sample();
        outer.callIdStack.clear();
        for (int i = 0; i < 30; ++i) outer.callIdStack.push_back(std::to_string(i));
        const rpc::Call call = rpc::Context(outer, caller_).onward("a", "b", {});
        CPPUNIT_ASSERT_EQUAL(std::size_t(11), call.callIdStack.size());
        CPPUNIT_ASSERT_EQUAL(std::string("20"), call.callIdStack.front());
        CPPUNIT_ASSERT_EQUAL(std::string("compute.sum.7"), call.callIdStack.back());
    }

    void nestedCallHasNoMoreTimeThanItsCaller() {
        rpc::Context unlimited(sample(), caller_);
        unlimited.call("a", "b", {});
        CPPUNIT_ASSERT(caller_.received.timeout == std::chrono::milliseconds(0));
        CPPUNIT_ASSERT(!caller_.received.deadline);

        rpc::Call outer = sample();
        outer.timeout = std::chrono::hours(1);
        rpc::Context limited(outer, caller_);
        const base::SteadyTime now = base::Clock::system().steady();
        limited.begin(now);
        limited.call("a", "b", {});
        CPPUNIT_ASSERT(caller_.received.timeout > std::chrono::minutes(50));
        CPPUNIT_ASSERT(caller_.received.timeout <= std::chrono::hours(1));
        CPPUNIT_ASSERT(caller_.received.deadline == now + std::chrono::hours(1));
    }

    void timeLeftEndsAtZero() {
        rpc::Call call = sample();
        call.timeout = std::chrono::milliseconds(10);
        rpc::Context context(call, caller_);
        context.begin(base::Clock::system().steady() - std::chrono::seconds(5));
        CPPUNIT_ASSERT(context.timeLeft() == std::chrono::milliseconds(0));
        // 0 would mean no limit to the callee.
        context.call("a", "b", {});
        CPPUNIT_ASSERT(caller_.received.timeout == std::chrono::milliseconds(1));
        CPPUNIT_ASSERT(!rpc::Context(sample(), caller_).timeLeft());
    }

    void castsAreTakenOnce() {
        rpc::Context context(sample(), caller_);
        context.cast("mail", "send", {"[1]", "{}"});
        context.cast("mail", "send", {"[2]", "{}"});
        const std::vector<rpc::Cast> expected{{"mail", "send", {"[1]", "{}"}},
                                              {"mail", "send", {"[2]", "{}"}}};
        CPPUNIT_ASSERT(context.takeCasts() == expected);
        CPPUNIT_ASSERT(context.takeCasts().empty());
    }

    void cancelIsSeen() {
        rpc::Context context(sample(), caller_);
        CPPUNIT_ASSERT(!context.cancelled());
        context.cancel();
        CPPUNIT_ASSERT(context.cancelled());
    }

    void progressIsToldWithinItsBounds() {
        rpc::Context context(sample(), caller_);
        const std::pair<double, double> fractions[] = {{0, 0},         {0.25, 0.25},  {1, 1},
                                                       {1.5, 1},       {HUGE_VAL, 1}, {-0.1, 0},
                                                       {-HUGE_VAL, 0}, {NAN, 0},      {-NAN, 0}};
        for (const auto& [said, told] : fractions) {
            context.progress(said, "so far");
            CPPUNIT_ASSERT_EQUAL(told, caller_.told.back().fraction);
            CPPUNIT_ASSERT_EQUAL(std::string("so far"), caller_.told.back().text);
        }
        context.progress(0.5);
        CPPUNIT_ASSERT_EQUAL(std::string(), caller_.told.back().text);
        CPPUNIT_ASSERT_EQUAL(std::size(fractions) + 1, caller_.told.size());
    }

    void jobAndClaimAreTold() {
        rpc::Call call = sample();
        CPPUNIT_ASSERT(!rpc::Context(call, caller_).job());
        CPPUNIT_ASSERT(!rpc::Context(call, caller_).repeated());
        const base::Id id = base::Id::generate(base::Clock::system().now());
        call.job = rpc::JobHeader{id, 1, 1};
        CPPUNIT_ASSERT(rpc::Context(call, caller_).job() == id);
        CPPUNIT_ASSERT(!rpc::Context(call, caller_).repeated());
        call.job->claim = 2;
        CPPUNIT_ASSERT(rpc::Context(call, caller_).repeated());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ContextTest);
