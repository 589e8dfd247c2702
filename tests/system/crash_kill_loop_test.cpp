// SPDX-License-Identifier: Apache-2.0
#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <iostream>
#include <random>
#include <thread>
#include <vector>

#include "system/crash_ledger.h"
#include "system/crash_seed.h"
#include "system/fault_node.h"

namespace errand::tests {

namespace {

constexpr int kills = 50;
constexpr int clients = 4;

// Posts over one kept connection until that breaks.
void postUntilKilled(int port, Ledger& ledger, std::atomic<int>& strange) {
    try {
        Http http(port);
        for (;;) ledger.post(http);
    } catch (const Poco::Exception&) {
        // The server is gone, as it was meant to be.
    } catch (const std::exception& error) {
        std::cerr << error.what() << std::endl;
        ++strange;
    }
}

// A full load of posts for a random time, then kill -9 in the middle of it.
void loadAndKill(FaultNode& node, Ledger& ledger, std::chrono::milliseconds after,
                 std::atomic<int>& strange) {
    Server& server = node.start();
    std::vector<std::thread> threads;
    for (int i = 0; i < clients; ++i) {
        threads.emplace_back(postUntilKilled, server.port(), std::ref(ledger), std::ref(strange));
    }
    letPass(after);
    server.kill();
    for (std::thread& thread : threads) thread.join();
}

}  // namespace

class CrashKillLoopTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrashKillLoopTest);
    CPPUNIT_TEST(nothingAcknowledgedIsLostOrDoubled);
    CPPUNIT_TEST_SUITE_END();

    void nothingAcknowledgedIsLostOrDoubled() {
        std::mt19937 random(crashSeed());
        std::uniform_int_distribution<int> moment(20, 400);
        FaultNode node;
        Ledger ledger;
        std::atomic<int> strange{0};
        for (int i = 0; i < kills; ++i) {
            loadAndKill(node, ledger, std::chrono::milliseconds(moment(random)), strange);
        }
        CPPUNIT_ASSERT_EQUAL(0, strange.load());
        Server& server = node.start();
        waitUntilFinished(node.data());
        server.stop();
        std::cout << ' ' << ledger.acknowledged() << " acknowledged" << std::flush;
        CPPUNIT_ASSERT(ledger.acknowledged() > kills);
        ledger.verify(node.data());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CrashKillLoopTest);

}  // namespace errand::tests
