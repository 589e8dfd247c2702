// SPDX-License-Identifier: Apache-2.0
#include "http/wire.h"

#include <cppunit/extensions/HelperMacros.h>

#include <future>

#include "http/socket_pair.h"

namespace errand::http {
namespace {

class WireTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WireTest);
    CPPUNIT_TEST(itWaitsUnlessOthersWaitForItsThread);
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
    PlainChannel channel_{pair_.end(0), settings_.slice};

    void itWaitsUnlessOthersWaitForItsThread() {
        Settings patient = settings_;
        patient.slice = std::chrono::seconds(20);
        Connections crowd;
        int waiting = 1;
        crowd.watch([&] { return waiting; }, 1);
        const Connections::Entry entry(crowd, pair_.descriptor(0));
        PlainChannel channel(pair_.end(0), patient.slice);
        Wire wire(channel, patient, crowd);
        char bytes[8];
        std::size_t size = 7;
        CPPUNIT_ASSERT(wire.receive(bytes, sizeof bytes, size) == Wire::Got::silence);
        waiting = 0;
        auto heard =
            std::async(std::launch::async, [&] { return wire.receive(bytes, sizeof bytes, size); });
        pair_.end(1).sendBytes("abc", 3);
        CPPUNIT_ASSERT(heard.get() == Wire::Got::bytes);
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), std::string(bytes, size));
        waiting = 1;
        pair_.end(1).sendBytes("d", 1);
        CPPUNIT_ASSERT(wire.receivePatiently(bytes, sizeof bytes, size) == Wire::Got::bytes);
    }

    void everythingIsSentHoweverLongTheReaderTakes() {
        Wire wire(channel_, settings_, connections_);
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
        Wire wire(channel_, hasty, connections_);
        CPPUNIT_ASSERT(!wire.send(std::string(20000000, 'x')));
    }

    void aReaderThatIsGoneIsNoSignal() {
        Wire wire(channel_, settings_, connections_);
        pair_.end(1).setLinger(true, 0);  // its close resets the connection
        pair_.end(1).close();
        char byte = 0;
        std::size_t size = 0;
        CPPUNIT_ASSERT(wire.receive(&byte, 1, size) == Wire::Got::closed);
        CPPUNIT_ASSERT(!wire.send("abc"));
    }

    void nothingFollowsTheEnd() {
        Wire wire(channel_, settings_, connections_);
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
