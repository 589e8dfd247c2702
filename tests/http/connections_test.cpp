// SPDX-License-Identifier: Apache-2.0
#include "http/connections.h"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>

#include "http/socket_pair.h"

namespace errand::http {
namespace {

class ConnectionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConnectionsTest);
    CPPUNIT_TEST(theStopIsSeen);
    CPPUNIT_TEST(whatIsCutOffEndsWhateverItDoes);
    CPPUNIT_TEST(whoComesAfterTheCutOffEndsToo);
    CPPUNIT_TEST(isCrowdedWhenSomeWaitAndNoThreadIsFree);
    CPPUNIT_TEST(withoutAServerNobodyWaits);
    CPPUNIT_TEST_SUITE_END();

    // Whether the descriptor's receiving side has been shut down.
    static bool ended(SocketPair& pair) { return pair.receivedBy(0, true).has_value(); }

    void theStopIsSeen() {
        Connections connections;
        CPPUNIT_ASSERT(!connections.stopping());
        connections.stop();
        CPPUNIT_ASSERT(connections.stopping());
    }

    void whatIsCutOffEndsWhateverItDoes() {
        Connections connections;
        SocketPair pair;
        const Connections::Entry entry(connections, pair.descriptor(0));
        connections.cutOff();
        CPPUNIT_ASSERT(ended(pair));
    }

    void whoComesAfterTheCutOffEndsToo() {
        Connections connections;
        connections.cutOff();
        SocketPair pair;
        const Connections::Entry entry(connections, pair.descriptor(0));
        CPPUNIT_ASSERT(ended(pair));
    }

    // A connection waits for a moment though a thread is free to take it: that is no crowd, and no
    // reason to close another.
    void isCrowdedWhenSomeWaitAndNoThreadIsFree() {
        Connections connections;
        int waiting = 0;
        connections.watch([&] { return waiting; }, 2);
        SocketPair pair;
        const Connections::Entry first(connections, pair.descriptor(0));
        waiting = 1;
        CPPUNIT_ASSERT_EQUAL(1, connections.waiting());
        CPPUNIT_ASSERT(!connections.crowded());
        auto second = std::make_unique<Connections::Entry>(connections, pair.descriptor(1));
        CPPUNIT_ASSERT(connections.crowded());
        CPPUNIT_ASSERT_EQUAL(1, connections.pressure());
        waiting = 7;
        CPPUNIT_ASSERT_EQUAL(3, connections.pressure());
        waiting = 100;
        CPPUNIT_ASSERT_EQUAL(4, connections.pressure());
        waiting = 0;
        CPPUNIT_ASSERT(!connections.crowded());
        waiting = 1;
        second.reset();
        CPPUNIT_ASSERT(!connections.crowded());
    }

    void withoutAServerNobodyWaits() {
        const Connections connections;
        CPPUNIT_ASSERT_EQUAL(0, connections.waiting());
        CPPUNIT_ASSERT(!connections.crowded());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionsTest);

}  // namespace
}  // namespace errand::http
