// SPDX-License-Identifier: Apache-2.0
#include "cli/patient_call.h"

#include <cppunit/extensions/HelperMacros.h>
#include <poll.h>
#include <signal.h>

#include "base/worker.h"
#include "fake_transport.h"

namespace errand::cli {

class PatientCallTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PatientCallTest);
    CPPUNIT_TEST(endThatComesAtOnceIsHeard);
    CPPUNIT_TEST(endOnAnotherThreadIsWaitedFor);
    CPPUNIT_TEST(everyCallHasAnIdAndADeadlineOfItsOwn);
    CPPUNIT_TEST(replyIsAcknowledged);
    CPPUNIT_TEST(interruptEndsTheWaitAndCancels);
    CPPUNIT_TEST(interruptWaitsForACallThatCannotBeForgotten);
    CPPUNIT_TEST(interruptOfEarlierIsForgotten);
    CPPUNIT_TEST_SUITE_END();

    static constexpr std::chrono::minutes patience{1};

    void endThatComesAtOnceIsHeard() {
        FakeTransport transport([](const rpc::Call&) { return result("40"); });
        const auto end = callPatiently(transport, {}, patience, nullptr);
        CPPUNIT_ASSERT_EQUAL(std::string("40"), end->reply.result()->json);
    }

    void endOnAnotherThreadIsWaitedFor() {
        FakeTransport transport;
        base::Worker worker("end");
        base::Interrupts interrupts;
        class Starting : public FakeTransport {
        public:
            explicit Starting(base::Worker& ender) : ender_(ender) {}
            void call(rpc::Call, rpc::CallObserver& observer) override {
                ender_.start([&observer] { observer.ended(error("KeyError", "'pow'")); });
            }

        private:
            base::Worker& ender_;
        } starting(worker);
        const auto end = callPatiently(starting, {}, patience, &interrupts);
        CPPUNIT_ASSERT_EQUAL(std::string("KeyError"), end->reply.error()->type);
        worker.join();
    }

    void everyCallHasAnIdAndADeadlineOfItsOwn() {
        FakeTransport transport([](const rpc::Call&) { return result("null"); });
        const auto before = base::Clock::system().steady();
        callPatiently(transport, {}, patience, nullptr);
        callPatiently(transport, {}, patience, nullptr);
        CPPUNIT_ASSERT(!transport.calls[0].id.empty());
        CPPUNIT_ASSERT(transport.calls[0].id != transport.calls[1].id);
        CPPUNIT_ASSERT(*transport.calls[0].deadline >= before + patience);
        CPPUNIT_ASSERT(!transport.calls[0].job);
    }

    void replyIsAcknowledged() {
        int acknowledged = 0;
        FakeTransport transport([&](const rpc::Call&) {
            rpc::End end = result("1");
            end.acknowledge = [&] { ++acknowledged; };
            return end;
        });
        callPatiently(transport, {}, patience, nullptr);
        CPPUNIT_ASSERT_EQUAL(1, acknowledged);
    }

    void interruptEndsTheWaitAndCancels() {
        base::Interrupts interrupts;
        FakeTransport transport([](const rpc::Call&) {
            ::raise(SIGINT);
            return std::nullopt;
        });
        CPPUNIT_ASSERT(!callPatiently(transport, {}, patience, &interrupts));
        // It was for this call alone, and does not interrupt what comes next.
        pollfd polled{interrupts.descriptor(), POLLIN, 0};
        CPPUNIT_ASSERT_EQUAL(0, ::poll(&polled, 1, 0));
        CPPUNIT_ASSERT(transport.cancelled == std::vector<rpc::CallId>{transport.calls.at(0).id});
    }

    void interruptWaitsForACallThatCannotBeForgotten() {
        base::Interrupts interrupts;
        FakeTransport transport([](const rpc::Call&) {
            ::raise(SIGINT);
            return std::nullopt;
        });
        transport.forgets = false;
        CPPUNIT_ASSERT(!callPatiently(transport, {}, patience, &interrupts));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), transport.cancelled.size());
    }

    void interruptOfEarlierIsForgotten() {
        base::Interrupts interrupts;
        ::raise(SIGINT);
        FakeTransport transport([](const rpc::Call&) { return result("1"); });
        CPPUNIT_ASSERT(callPatiently(transport, {}, patience, &interrupts));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PatientCallTest);

}  // namespace errand::cli
