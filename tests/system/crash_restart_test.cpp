// SPDX-License-Identifier: Apache-2.0
#include <cppunit/extensions/HelperMacros.h>

#include <csignal>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "system/checks.h"
#include "system/crash_ledger.h"
#include "system/fault_node.h"
#include "system/fault_store.h"
#include "system/jobs.h"

namespace errand::tests {

class CrashRestartTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrashRestartTest);
    CPPUNIT_TEST(runningJobOfTheDeadRunBeginsAgainAtOnce);
    CPPUNIT_TEST(twoThousandQueuedJobsRunOnceEach);
    CPPUNIT_TEST(killedWhileItDrains);
    CPPUNIT_TEST(killedWhileItStarts);
    CPPUNIT_TEST(cancelAskedForBeforeTheCrashIsKept);
    CPPUNIT_TEST(cleanStopLeavesNothingToRecover);
    CPPUNIT_TEST_SUITE_END();

    // A job of each worker of the service `test`, begun; they end when "go" is there.
    static std::vector<std::string> holdAllWorkers(FaultNode& node, Http& http) {
        std::vector<std::string> ids;
        for (const char* name : {"a", "b", "c"}) {
            // "go" is not their marker's own name: each says by itself that it has begun.
            ids.push_back(submit(http, testJob("wait", markerArguments(node.marker(name)))));
            node.waitUntilBegun(name);
        }
        return ids;
    }

    static void letGo(FaultNode& node) {
        for (const char* name : {"a", "b", "c"}) node.put(name);
    }

    void runningJobOfTheDeadRunBeginsAgainAtOnce() {
        FaultNode node;
        node.start();
        Http http(node.server().port());
        // Nothing but the restart gives it back before an hour has passed.
        const std::string id =
            submit(http, testJob("wait", markerArguments(node.marker("w")), R"(,"timeout":3600)"));
        node.waitUntilBegun("w");
        node.server().kill();
        node.remove("w.begun");
        node.start();
        node.waitUntilBegun("w");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), column(node.data(), id, "attempt"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), column(node.data(), id, "claim"));
        node.put("w");
        Http again(node.server().port());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(waitFor(again, id), "attempt"));
        node.server().stop();
    }

    void twoThousandQueuedJobsRunOnceEach() {
        constexpr int count = 2000;
        FaultNode node;
        Server& server = node.start();
        Http http(server.port());
        holdAllWorkers(node, http);
        std::vector<std::thread> threads;
        for (int first = 0; first < 4; ++first) {
            threads.emplace_back([&node, port = server.port(), first] {
                Http mine(port);
                for (int i = first; i < count; i += 4) {
                    submit(mine, testJob("note", R"("file":")" + node.marker("notes") +
                                                     R"(","line":")" + std::to_string(i) + '"'));
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        server.kill();
        letGo(node);
        node.start();
        waitUntilFinished(node.data());
        std::istringstream notes(readFile(node.marker("notes")));
        std::multiset<std::string> lines;
        for (std::string line; std::getline(notes, line);) lines.insert(line);
        CPPUNIT_ASSERT_EQUAL(std::size_t(count), lines.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(count), std::set(lines.begin(), lines.end()).size());
        node.server().stop();
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), integrity(node.data()));
        CPPUNIT_ASSERT_EQUAL(
            std::to_string(count + 3),
            StoreFile(node.data()).value("SELECT count(*) FROM jobs WHERE state = 2"));
    }

    void killedWhileItDrains() {
        FaultNode node;
        Server& server = node.start();
        Http http(server.port());
        const std::vector<std::string> ids = holdAllWorkers(node, http);
        const std::string waiting = submit(http, testJob("echo", R"("value":7)"));
        server.signal(SIGTERM);
        const auto deadline = std::chrono::steady_clock::now() + generous;
        while (server.stderrText().find("stopping") == std::string::npos) {
            CPPUNIT_ASSERT(std::chrono::steady_clock::now() < deadline);
            pauseBetweenLooks();
        }
        CPPUNIT_ASSERT(server.running());
        server.kill();
        letGo(node);
        node.start();
        Http again(node.server().port());
        for (const std::string& id : ids) {
            CPPUNIT_ASSERT_EQUAL(std::string("1"), member(waitFor(again, id), "attempt"));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("7"), member(waitFor(again, waiting), "result"));
        node.server().stop();
    }

    void killedWhileItStarts() {
        FaultNode node;
        Ledger ledger(1);
        {
            Server& server = node.start();
            Http http(server.port());
            for (int i = 0; i < 50; ++i) ledger.post(http);
            server.kill();
        }
        const auto begin = std::chrono::steady_clock::now();
        node.start().kill();
        const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begin);
        // From before main to after ready, evenly.
        constexpr int runs = 20;
        for (int i = 0; i < runs; ++i) node.startAndKill(span * i / runs);
        node.start();
        waitUntilFinished(node.data());
        node.server().stop();
        CPPUNIT_ASSERT_EQUAL(std::size_t(50), ledger.acknowledged());
        ledger.verify(node.data());
    }

    void cancelAskedForBeforeTheCrashIsKept() {
        FaultNode node({"cancel.grace=1h"});
        Server& server = node.start();
        Http http(server.port());
        const std::string id =
            submit(http, testJob("wait", markerArguments(node.marker("w"), "w@example.org")));
        node.waitUntilBegun("w");
        CPPUNIT_ASSERT_EQUAL(202, http.remove("/jobs/" + id).status);
        server.kill();
        node.remove("w.begun");
        node.start();
        Http again(node.server().port());
        const base::Json job = waitFor(again, id, "cancelled");
        CPPUNIT_ASSERT_EQUAL(std::string("true"), member(job, "cancel_requested"));
        CPPUNIT_ASSERT(!std::filesystem::exists(node.marker("w.begun")));
        node.server().stop();
    }

    void cleanStopLeavesNothingToRecover() {
        FaultNode node({"shutdown.grace=200ms"});
        Server& server = node.start();
        Http http(server.port());
        const std::string id = submit(http, testJob("wait", markerArguments(node.marker("w"))));
        node.waitUntilBegun("w");
        server.stop();
        CPPUNIT_ASSERT_EQUAL(std::string("0"), column(node.data(), id, "state"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), column(node.data(), id, "attempt"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), column(node.data(), id, "crashes"));
        node.put("w");
        node.start();
        Http again(node.server().port());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(waitFor(again, id), "attempt"));
        node.server().stop();
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CrashRestartTest);

}  // namespace errand::tests
