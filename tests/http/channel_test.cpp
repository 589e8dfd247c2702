// SPDX-License-Identifier: Apache-2.0
#include "http/channel.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/socket_pair.h"

namespace errand::http {
namespace {

using Got = Channel::Got;
using Wait = Channel::Wait;

class ChannelTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ChannelTest);
    CPPUNIT_TEST(bytesSilenceAndTheEndAreToldApart);
    CPPUNIT_TEST(whatTheSystemTakesIsSent);
    CPPUNIT_TEST(whatHasComeIsThrownAway);
    CPPUNIT_TEST(aReaderThatIsGoneIsNoSignal);
    CPPUNIT_TEST(nothingFollowsTheEnd);
    CPPUNIT_TEST_SUITE_END();

    SocketPair pair_;
    PlainChannel channel_{pair_.end(0), std::chrono::milliseconds(10)};

    void bytesSilenceAndTheEndAreToldApart() {
        char bytes[8];
        std::size_t size = 7;
        for (const Wait wait : {Wait::no, Wait::slice}) {
            CPPUNIT_ASSERT(channel_.receive(bytes, sizeof bytes, size, wait) == Got::silence);
            CPPUNIT_ASSERT_EQUAL(std::size_t(0), size);
        }
        pair_.end(1).sendBytes("abc", 3);
        while (channel_.receive(bytes, sizeof bytes, size, Wait::slice) == Got::silence) {
        }
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), std::string(bytes, size));
        pair_.end(1).shutdownSend();
        Got got = Got::silence;
        while (got == Got::silence) got = channel_.receive(bytes, sizeof bytes, size, Wait::slice);
        CPPUNIT_ASSERT(got == Got::closed);
    }

    void whatTheSystemTakesIsSent() {
        CPPUNIT_ASSERT(channel_.send("abc", Wait::no) == std::size_t(3));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), pair_.receivedBy(1).value());
        const std::string much(1 << 20, 'x');
        while (channel_.send(much, Wait::no).value() > 0) {
        }
        CPPUNIT_ASSERT(channel_.send(much, Wait::slice) == std::size_t(0));
    }

    void whatHasComeIsThrownAway() {
        CPPUNIT_ASSERT(channel_.discard());
        pair_.end(1).sendBytes("abc", 3);
        pair_.end(1).shutdownSend();
        while (channel_.discard()) {
        }
    }

    void aReaderThatIsGoneIsNoSignal() {
        pair_.end(1).setLinger(true, 0);  // its close resets the connection
        pair_.end(1).close();
        char byte = 0;
        std::size_t size = 0;
        Got got = Got::silence;
        while (got == Got::silence) got = channel_.receive(&byte, 1, size, Wait::slice);
        CPPUNIT_ASSERT(got == Got::closed);
        CPPUNIT_ASSERT(!channel_.send("abc", Wait::no));
        CPPUNIT_ASSERT(!channel_.send("abc", Wait::slice));
    }

    void nothingFollowsTheEnd() {
        CPPUNIT_ASSERT(channel_.send("abc", Wait::slice) == std::size_t(3));
        channel_.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), pair_.receivedBy(1).value());
        CPPUNIT_ASSERT_EQUAL(std::string(), pair_.receivedBy(1).value());
        CPPUNIT_ASSERT(!channel_.send("d", Wait::slice));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChannelTest);

}  // namespace
}  // namespace errand::http
