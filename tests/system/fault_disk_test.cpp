// SPDX-License-Identifier: Apache-2.0
#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <sstream>

#include "system/checks.h"
#include "system/crash_ledger.h"
#include "system/fault_node.h"
#include "system/fault_store.h"
#include "system/jobs.h"

namespace errand::tests {

namespace {

constexpr int failedFsync = 74;  // EX_IOERR

}  // namespace

class FaultDiskTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FaultDiskTest);
    CPPUNIT_TEST(fullDiskRefusesSubmitsAndKeepsOutcomes);
    CPPUNIT_TEST(failingWritesRefuseSubmitsAndKeepOutcomes);
    CPPUNIT_TEST(outcomeThatADiskRefusedIsMadeAgainAfterAKill);
    CPPUNIT_TEST(stopOnAFullDiskLosesNothing);
    CPPUNIT_TEST(faultsThatComeAndGoLoseNothing);
    CPPUNIT_TEST(fullDiskKeepsNobodyFromReading);
    CPPUNIT_TEST(readErrorsPass);
    CPPUNIT_TEST(errorsOfReadsAndWritesPass);
    CPPUNIT_TEST(fullDiskWithinCheckpointsHarmsNobody);
    CPPUNIT_TEST(failedFsyncEndsTheServerAndLosesNothing);
    CPPUNIT_TEST(failedFsyncOfACheckpointEndsTheServerAndLosesNothing);
    CPPUNIT_TEST(startOnAFullDiskIsRefusedInOneLine);
    CPPUNIT_TEST_SUITE_END();

    static void post(Ledger& ledger, Http& http, int count) {
        for (int i = 0; i < count; ++i) CPPUNIT_ASSERT(ledger.post(http) < 300);
    }

    static void finish(FaultNode& node, Ledger& ledger) {
        waitUntilFinished(node.data());
        node.server().stop();
        ledger.verify(node.data());
    }

    static void waitUntilItSays(Server& server, const std::string& words) {
        const auto deadline = std::chrono::steady_clock::now() + generous;
        while (server.stderrText().find(words) == std::string::npos) {
            CPPUNIT_ASSERT_MESSAGE("does not say: " + words,
                                   std::chrono::steady_clock::now() < deadline);
            pauseBetweenLooks();
        }
    }

    // A job that was at work when the fault came ends while nothing can be written.
    static std::string endJobUnderFault(FaultNode& node, Http& http, const std::string& fault) {
        const std::string id =
            submit(http, testJob("wait", markerArguments(node.marker("w"), "w@example.org")));
        node.waitUntilBegun("w");
        node.setFaults(fault);
        node.put("w");
        waitUntilItSays(node.server(), "its outcome is not on disk yet");
        CPPUNIT_ASSERT_EQUAL(std::string("running"), member(jobNow(http, id), "state"));
        return id;
    }

    static void outlast(const std::string& fault, int refusal) {
        FaultNode node;
        Ledger ledger(2);
        Http http(node.start().port());
        post(ledger, http, 20);
        const std::string id = endJobUnderFault(node, http, fault);
        for (int i = 0; i < 20; ++i) CPPUNIT_ASSERT_EQUAL(refusal, ledger.post(http));
        CPPUNIT_ASSERT_EQUAL(200, http.get("/livez").status);
        CPPUNIT_ASSERT(node.server().running());
        node.setFaults();
        // By itself, in the same run, once there is room.
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(waitFor(http, id), "attempt"));
        post(ledger, http, 20);
        finish(node, ledger);
        CPPUNIT_ASSERT_EQUAL(std::size_t(40), ledger.acknowledged());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), column(node.data(), id, "claim"));
    }

    void fullDiskRefusesSubmitsAndKeepsOutcomes() { outlast("write any full", 507); }
    void failingWritesRefuseSubmitsAndKeepOutcomes() { outlast("write any eio", 503); }

    void outcomeThatADiskRefusedIsMadeAgainAfterAKill() {
        FaultNode node;
        Ledger ledger;
        Http http(node.start().port());
        const std::string id = endJobUnderFault(node, http, "write any full");
        node.server().kill();
        node.setFaults();
        Http again(node.start().port());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(waitFor(again, id), "attempt"));
        finish(node, ledger);
    }

    void stopOnAFullDiskLosesNothing() {
        FaultNode node;
        Ledger ledger(2);
        Http http(node.start().port());
        post(ledger, http, 20);
        const std::string id = endJobUnderFault(node, http, "write any full");
        CPPUNIT_ASSERT_EQUAL(0, node.server().terminate());
        node.setFaults();
        Http again(node.start().port());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(waitFor(again, id), "attempt"));
        finish(node, ledger);
    }

    void faultsThatComeAndGoLoseNothing() {
        const std::vector<std::string> faults = {"write wal full",   "write wal eio",
                                                 "write any full",   "write db eio",
                                                 "write wal full 3", "write wal eio 7"};
        FaultNode node;
        Ledger ledger(2);
        Http http(node.start().port());
        for (int round = 0; round < 5; ++round) {
            for (const std::string& fault : faults) {
                post(ledger, http, 5);
                node.setFaults(fault);
                for (int i = 0; i < 10; ++i) ledger.post(http);
                node.setFaults();
            }
        }
        finish(node, ledger);
    }

    void fullDiskKeepsNobodyFromReading() {
        FaultNode node;
        Ledger ledger;
        Http http(node.start().port());
        const std::string id = submitComputation(http, computation("sum", "1", "2"));
        waitFor(http, id);
        node.setFaults("write any full");
        CPPUNIT_ASSERT_EQUAL(507, ledger.post(http));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), member(jobNow(http, id), "result"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listJobs(http).size());
        CPPUNIT_ASSERT(http.remove("/jobs/" + id).status >= 400);
        node.setFaults();
        finish(node, ledger);
    }

    // Whoever asks meanwhile hears of it; nothing else comes of it.
    static void failToRead(const std::string& fault) {
        FaultNode node;
        Ledger ledger(2);
        Http http(node.start().port());
        post(ledger, http, 100);
        node.setFaults(fault);
        int failed = 0;
        for (int i = 0; i < 20; ++i) {
            const int status = http.get("/jobs?limit=500").status;
            CPPUNIT_ASSERT(status == 200 || status == 500 || status == 503);
            if (status != 200) ++failed;
            ledger.post(http);
        }
        CPPUNIT_ASSERT(failed > 0);
        CPPUNIT_ASSERT(node.server().running());
        node.setFaults();
        post(ledger, http, 20);
        CPPUNIT_ASSERT_EQUAL(200, http.get("/jobs?limit=500").status);
        finish(node, ledger);
    }

    void readErrorsPass() { failToRead("read any eio"); }
    void errorsOfReadsAndWritesPass() { failToRead("read any eio\nwrite any eio"); }

    void fullDiskWithinCheckpointsHarmsNobody() {
        FaultNode node;
        Ledger ledger(0);
        Http http(node.start().port());
        node.setFaults("write db full");
        while (node.server().stderrText().find("checkpoint") == std::string::npos) {
            post(ledger, http, 50);
        }
        post(ledger, http, 50);
        node.setFaults();
        post(ledger, http, 500);
        finish(node, ledger);
    }

    // Posts until the server ends itself, which is to be recovered from.
    static void dieOfFsync(const std::string& fault) {
        FaultNode node;
        Ledger ledger(2);
        Http http(node.start().port());
        post(ledger, http, 20);
        node.setFaults(fault);
        try {
            for (;;) ledger.post(http);
        } catch (const Poco::Exception&) {
            // It has ended, as it should.
        }
        CPPUNIT_ASSERT_EQUAL(failedFsync, node.waitForEnd());
        std::istringstream log(node.words().back());
        std::vector<std::string> fatal;
        for (std::string line; std::getline(log, line);) {
            if (line.find(" fatal ") != std::string::npos) fatal.push_back(line);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), fatal.size());
        checkHolds("log", fatal[0], "restart to recover");
        node.setFaults();
        node.start();
        finish(node, ledger);
    }

    void failedFsyncEndsTheServerAndLosesNothing() { dieOfFsync("sync wal eio"); }
    void failedFsyncOfACheckpointEndsTheServerAndLosesNothing() { dieOfFsync("sync db eio"); }

    void startOnAFullDiskIsRefusedInOneLine() {
        FaultNode node;
        Ledger ledger;
        for (const char* fault : {"write any full", "write any eio", "sync any eio"}) {
            node.setFaults(fault);
            const Ended fresh = node.runToRefusal();
            CPPUNIT_ASSERT(fresh.code != 0);
            checkOneLine(fault, fresh.err, "errandd: ");
        }
        node.setFaults();
        Http http(node.start().port());
        post(ledger, http, 20);
        node.server().kill();
        for (const char* fault : {"write any full", "write any eio", "read any eio"}) {
            node.setFaults(fault);
            const Ended refused = node.runToRefusal();
            CPPUNIT_ASSERT(refused.code != 0);
            checkOneLine(fault, refused.err, "errandd: ");
        }
        node.setFaults();
        node.start();
        finish(node, ledger);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FaultDiskTest);

}  // namespace errand::tests
