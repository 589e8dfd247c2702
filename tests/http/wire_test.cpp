// SPDX-License-Identifier: Apache-2.0
#include "http/wire.h"

#include <cppunit/extensions/HelperMacros.h>

#include <future>

#include "http/socket_pair.h"

namespace errand::http {
namespace {

class WireTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WireTest);
    CPPUNIT_TEST(bytesSilenceAndTheEndAreToldApart);
    CPPUNIT_TEST(everythingIsSentHoweverLongTheReaderTakes);
    CPPUNIT_TEST(aReaderThatTakesNothingIsGivenUp);
    CPPUNIT_TEST(aReaderThatIsGoneIsNoSignal);
    CPPUNIT_TEST(nothingFollowsTheEnd);
    CPPUNIT_TEST_SUITE_END();

    static Settings settings() {
        Settings settings;
        settings.slice = std::chrono::milliseconds(10);
        return settings;
    }

    const Settings settings_ = settings();
    const Connections connections_{};
    SocketPair pair_;

    void bytesSilenceAndTheEndAreToldApart() {
        Wire wire(pair_.end(0), settings_, connections_);
        char bytes[8];
        std::size_t size = 7;
        CPPUNIT_ASSERT(wire.receive(bytes, sizeof bytes, size) == Wire::Got::silence);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), size);
        pair_.end(1).sendBytes("abc", 3);
        CPPUNIT_ASSERT(wire.receive(bytes, sizeof bytes, size) == Wire::Got::bytes);
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), std::string(bytes, size));
        pair_.end(1).shutdownSend();
        CPPUNIT_ASSERT(wire.receive(bytes, sizeof bytes, size) == Wire::Got::closed);
    }

    void everythingIsSentHoweverLongTheReaderTakes() {
        Wire wire(pair_.end(0), settings_, connections_);
        const std::string text(20000000, 'x');  // far more than the sockets' buffers
        auto read = std::async(std::launch::async, [&] {
            std::size_t size = 0;
            while (size < text.size()) size += pair_.receivedBy(1).value_or("").size();
            return size;
        });
        CPPUNIT_ASSERT(wire.send(text));
        CPPUNIT_ASSERT_EQUAL(text.size(), read.get());
    }

    void aReaderThatTakesNothingIsGivenUp() {
        Settings hasty = settings_;
        hasty.headerDeadline = std::chrono::milliseconds(30);
        hasty.minBodyRate = 1 << 30;
        Wire wire(pair_.end(0), hasty, connections_);
        CPPUNIT_ASSERT(!wire.send(std::string(20000000, 'x')));
    }

    void aReaderThatIsGoneIsNoSignal() {
        Wire wire(pair_.end(0), settings_, connections_);
        pair_.end(1).setLinger(true, 0);  // its close resets the connection
        pair_.end(1).close();
        char byte = 0;
        std::size_t size = 0;
        CPPUNIT_ASSERT(wire.receive(&byte, 1, size) == Wire::Got::closed);
        CPPUNIT_ASSERT(!wire.send("abc"));
        Wire::sendAtOnce(pair_.end(0), "abc");
    }

    void nothingFollowsTheEnd() {
        Wire wire(pair_.end(0), settings_, connections_);
        CPPUNIT_ASSERT(wire.send("abc"));
        wire.finishSending();
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), pair_.receivedBy(1).value());
        CPPUNIT_ASSERT_EQUAL(std::string(), pair_.receivedBy(1).value());
        CPPUNIT_ASSERT(!wire.send("d"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WireTest);

}  // namespace
}  // namespace errand::http
