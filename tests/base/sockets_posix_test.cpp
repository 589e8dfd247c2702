// SPDX-License-Identifier: Apache-2.0
#include "base/sockets.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cerrno>
#include <future>

#include "http/socket_pair.h"

namespace errand::base {
namespace {

using std::chrono::milliseconds;
using Outcome = Transfer::Outcome;

constexpr milliseconds generous{20000};

class SocketsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SocketsTest);
    CPPUNIT_TEST(bytesGoAcross);
    CPPUNIT_TEST(silenceIsNoError);
    CPPUNIT_TEST(aByteIsSeenAndStays);
    CPPUNIT_TEST(theEndIsTold);
    CPPUNIT_TEST(aLossIsTold);
    CPPUNIT_TEST(aFullConnectionTakesNothing);
    CPPUNIT_TEST(whoWaitsIsCutOff);
    CPPUNIT_TEST(aBellIsHeardUntilItIsCleared);
    CPPUNIT_TEST(anyOfThemEndsTheWait);
    CPPUNIT_TEST(allDescriptorsThatMayBeAreAskedFor);
    CPPUNIT_TEST(errorsHaveWords);
    CPPUNIT_TEST_SUITE_END();

    http::SocketPair pair_;

    Transfer received(Patience patience = Patience::none) {
        char bytes[64];
        return receive(pair_.descriptor(0), bytes, sizeof bytes, patience);
    }

    bool ready(Ready way, milliseconds limit = generous) {
        return awaitReady(pair_.descriptor(0), way, limit);
    }

    void bytesGoAcross() {
        const Transfer sent = send(pair_.descriptor(1), "hello", Patience::none);
        CPPUNIT_ASSERT(sent.outcome == Outcome::done);
        CPPUNIT_ASSERT_EQUAL(std::size_t(5), sent.size);
        CPPUNIT_ASSERT_EQUAL(std::size_t(5), received(Patience::socket).size);
    }

    void silenceIsNoError() {
        CPPUNIT_ASSERT(received().outcome == Outcome::silence);
        pair_.end(0).setReceiveTimeout(Poco::Timespan(0, 1000));
        CPPUNIT_ASSERT(received(Patience::socket).outcome == Outcome::silence);
        CPPUNIT_ASSERT(!ready(Ready::toReceive, milliseconds(0)));
        CPPUNIT_ASSERT(ready(Ready::toSend, milliseconds(0)));
    }

    void aByteIsSeenAndStays() {
        char byte = 0;
        CPPUNIT_ASSERT(peek(pair_.descriptor(0), byte).outcome == Outcome::silence);
        send(pair_.descriptor(1), "x", Patience::none);
        CPPUNIT_ASSERT(ready(Ready::toReceive));
        CPPUNIT_ASSERT(peek(pair_.descriptor(0), byte).outcome == Outcome::done);
        CPPUNIT_ASSERT_EQUAL('x', byte);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), received().size);
    }

    void theEndIsTold() {
        finishSending(pair_.descriptor(1));
        CPPUNIT_ASSERT(ready(Ready::toReceive));
        CPPUNIT_ASSERT(received().outcome == Outcome::ended);
        CPPUNIT_ASSERT(send(pair_.descriptor(0), "x", Patience::none).outcome == Outcome::done);
    }

    void aLossIsTold() {
        pair_.end(1).setLinger(true, 0);
        pair_.end(1).close();  // with a reset
        CPPUNIT_ASSERT(ready(Ready::toReceive));
        const Transfer lost = received();
        CPPUNIT_ASSERT(lost.outcome == Outcome::broken);
        CPPUNIT_ASSERT_EQUAL(ECONNRESET, lost.error);
        CPPUNIT_ASSERT(send(pair_.descriptor(0), "x", Patience::none).outcome == Outcome::broken);
    }

    void aFullConnectionTakesNothing() {
        const std::string much(1 << 20, 'x');
        Transfer sent;
        do {
            sent = send(pair_.descriptor(0), much, Patience::none);
        } while (sent.outcome == Outcome::done);
        CPPUNIT_ASSERT(sent.outcome == Outcome::silence);
        CPPUNIT_ASSERT(!ready(Ready::toSend, milliseconds(0)));
    }

    void whoWaitsIsCutOff() {
        auto waiting = std::async(std::launch::async, [&] { return received(Patience::socket); });
        cutOff(pair_.descriptor(0));
        CPPUNIT_ASSERT(waiting.get().outcome == Outcome::ended);
    }

    void aBellIsHeardUntilItIsCleared() {
        Bell bell;
        const auto rung = [&] {
            return awaitReady(bell.descriptor(), Ready::toReceive, milliseconds(0));
        };
        CPPUNIT_ASSERT(!rung());
        for (int i = 0; i < 3; ++i) bell.ring();
        CPPUNIT_ASSERT(rung());
        bell.clear();
        CPPUNIT_ASSERT(!rung());
    }

    void anyOfThemEndsTheWait() {
        Bell bell;
        awaitAny({bell.descriptor(), pair_.descriptor(0)}, milliseconds(0));
        auto waiting = std::async(std::launch::async, [&] {
            awaitAny({-1, pair_.descriptor(0), bell.descriptor()}, {});
        });
        bell.ring();
        waiting.get();
    }

    void allDescriptorsThatMayBeAreAskedFor() {
        const std::size_t limit = raiseDescriptorLimit();
        CPPUNIT_ASSERT(limit >= 64);
        CPPUNIT_ASSERT_EQUAL(limit, raiseDescriptorLimit());
    }

    void errorsHaveWords() {
        CPPUNIT_ASSERT_EQUAL(std::string("Connection refused"), socketErrorText(ECONNREFUSED));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SocketsTest);

}  // namespace
}  // namespace errand::base
