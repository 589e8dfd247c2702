// SPDX-License-Identifier: Apache-2.0
#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <csignal>

#include "system/crash_ledger.h"
#include "system/fault_node.h"
#include "system/fault_store.h"

namespace errand::tests {

namespace {

// One that dies at the same point over and over may find the same mail alone at work each time.
const std::vector<std::string> patient = {"jobs.maxCrashes=1000"};

}  // namespace

// Dies at every point of a commit in turn, with the power on and off.
class CrashPointTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrashPointTest);
    CPPUNIT_TEST(killedBeforeAnyWriteToTheWal);
    CPPUNIT_TEST(killedBeforeAnySyncOfTheWal);
    CPPUNIT_TEST(powerLostBeforeAnyWriteToTheWal);
    CPPUNIT_TEST(powerLostBeforeAnySyncOfTheWal);
    CPPUNIT_TEST(powerLostWithinACheckpoint);
    CPPUNIT_TEST_SUITE_END();

    // One run that ends at the operation that the fault names, or at once where it never comes up.
    static void runUntilItDies(FaultNode& node, Ledger& ledger) {
        Server* server = node.tryStart();
        if (server == nullptr) return;
        try {
            Http http(server->port());
            for (;;) ledger.post(http);
        } catch (const Poco::Exception&) {
            // It died, as it was meant to.
        }
        CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, node.waitForEnd());
    }

    static void sweep(const std::string& fault, int points) {
        FaultNode node(patient);
        Ledger ledger(2);
        node.start().stop();
        for (int i = 0; i < points; ++i) {
            node.setFaults(fault + ' ' + std::to_string(i));
            runUntilItDies(node, ledger);
        }
        finish(node, ledger);
    }

    static void finish(FaultNode& node, Ledger& ledger) {
        node.setFaults();
        node.start();
        waitUntilFinished(node.data());
        node.server().stop();
        CPPUNIT_ASSERT(ledger.acknowledged() > 0);
        ledger.verify(node.data());
    }

    void killedBeforeAnyWriteToTheWal() { sweep("write wal kill", 40); }
    void killedBeforeAnySyncOfTheWal() { sweep("sync wal kill", 15); }
    void powerLostBeforeAnyWriteToTheWal() { sweep("write wal power", 40); }
    void powerLostBeforeAnySyncOfTheWal() { sweep("sync wal power", 15); }

    // A checkpoint copies the WAL into the database and may then write over the WAL: what is lost
    // in between must be in one of them.
    void powerLostWithinACheckpoint() {
        FaultNode node(patient);
        Ledger ledger(0);
        for (const char* fault : {"write db power 0", "write db power 5", "sync db power 0",
                                  "write db power 300", "sync db power 1"}) {
            node.setFaults();
            Server& server = node.start();
            node.setFaults(fault);
            try {
                Http http(server.port());
                for (;;) ledger.post(http);
            } catch (const Poco::Exception&) {
                // It died, as it was meant to.
            }
            CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, node.waitForEnd());
        }
        finish(node, ledger);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CrashPointTest);

}  // namespace errand::tests
