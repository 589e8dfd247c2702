// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <chrono>
#include <string>
#include <vector>

#include "system/database.h"
#include "system/with_server.h"

namespace errand::tests {

namespace {

const std::string stopping = "stopping: running jobs may end";

void waitForLine(const Server& server, const std::string& part) {
    const auto deadline = std::chrono::steady_clock::now() + generous;
    while (server.stderrText().find(part) == std::string::npos) {
        if (std::chrono::steady_clock::now() > deadline)
            CPPUNIT_FAIL("no '" + part + "' in: " + server.stderrText());
        pauseBetweenLooks();
    }
}

std::vector<std::string> longSettingsWith(std::vector<std::string> more) {
    more.insert(more.end(), longSettings.begin(), longSettings.end());
    return more;
}

}  // namespace

// What a stop keeps, and what it waits for.
class ShutdownTest : public WithServer {
    CPPUNIT_TEST_SUITE(ShutdownTest);
    CPPUNIT_TEST(sigtermLetsTheRunningJobEndAndKeepsTheRest);
    CPPUNIT_TEST(sigintStopsAnIdleServer);
    CPPUNIT_TEST(theGraceEndsTheWaitAndTheJobIsDoneLater);
    CPPUNIT_TEST(secondSignalEndsAtOnce);
    CPPUNIT_TEST(requestThatHasBegunIsAnswered);
    CPPUNIT_TEST(restingConnectionsHoldNothingUp);
    CPPUNIT_TEST(nothingListensAfterTheStop);
    CPPUNIT_TEST_SUITE_END();

    void sigtermLetsTheRunningJobEndAndKeepsTheRest() {
        startHere(longSettingsWith({"compute.workers=1", "shutdown.grace=5 min"}));
        const std::string running = submit(http(), longComputation());
        std::vector<std::string> waiting;
        for (int i = 0; i < 5; ++i)
            waiting.push_back(submit(http(), computation("sum", "30", "10", "a@b.c")));
        waitUntilBegun(http(), running);
        server().signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, ended());
        auto states = storedStates(directory_ / "data");
        CPPUNIT_ASSERT_EQUAL(std::string("succeeded"), states[running]);
        for (const std::string& id : waiting)
            CPPUNIT_ASSERT_EQUAL(std::string("queued"), states[id]);
        startHere();
        for (const std::string& id : waiting) {
            const base::Json job = waitFor(http(), id);
            CPPUNIT_ASSERT_EQUAL(std::string("40"), member(job, "result"));
            CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        }
        waitUntilIdle(http());
        CPPUNIT_ASSERT_EQUAL(waiting.size(), mails(waiting.size()).size());
        tearDown();
    }

    void sigintStopsAnIdleServer() {
        start();
        submit(http(), computation("sum", "30", "10"));
        server().signal(SIGINT);
        CPPUNIT_ASSERT_EQUAL(0, server().wait());
        checkHolds("the log", server().stderrText(), stopping);
        CPPUNIT_ASSERT_EQUAL(0, ended());
    }

    void theGraceEndsTheWaitAndTheJobIsDoneLater() {
        startHere(longSettingsWith({"shutdown.grace=50 ms"}));
        const std::string id = submit(http(), longComputation());
        waitUntilBegun(http(), id);
        CPPUNIT_ASSERT_EQUAL(0, server().terminate());
        checkHolds("the log", server().stderrText(), "stopped at the end of shutdown.grace");
        CPPUNIT_ASSERT_EQUAL(0, ended());
        startHere(longSettings);
        const base::Json job = waitFor(http(), id);
        // An attempt that a stop cut off was none.
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        tearDown();
    }

    void secondSignalEndsAtOnce() {
        startHere(longSettingsWith({"shutdown.grace=5 min"}));
        const std::string id = submit(http(), longComputation());
        waitUntilBegun(http(), id);
        server().signal(SIGTERM);
        waitForLine(server(), stopping);
        server().signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(128 + SIGTERM, ended());
        // It had begun, so its end is not known: the next start decides.
        CPPUNIT_ASSERT_EQUAL(std::string("running"), storedStates(directory_ / "data")[id]);
        startHere(longSettings);
        const base::Json job = waitFor(http(), id);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        tearDown();
    }

    void requestThatHasBegunIsAnswered() {
        startHere();
        const std::string body = computation("sum", "30", "10");
        RawSocket client(server().port());
        client.send(
            "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Expect: 100-continue\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(100, client.receive()->status);
        server().signal(SIGTERM);
        waitForLine(server(), stopping);
        client.send(body);
        const auto answer = client.receive();
        CPPUNIT_ASSERT(answer.has_value());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer->body, 202, answer->status);
        CPPUNIT_ASSERT_EQUAL(std::string("close"), answer->field("Connection"));
        CPPUNIT_ASSERT(client.closed());
        CPPUNIT_ASSERT_EQUAL(0, ended());
        startHere();
        const base::Json job = waitFor(http(), member(answer->json(), "id"));
        CPPUNIT_ASSERT_EQUAL(std::string("40"), member(job, "result"));
        tearDown();
    }

    void restingConnectionsHoldNothingUp() {
        start();
        Http kept(server().port());
        CPPUNIT_ASSERT_EQUAL(200, kept.get("/livez").status);
        RawSocket silent(server().port());
        CPPUNIT_ASSERT_EQUAL(200, http().get("/livez").status);
        const auto before = std::chrono::steady_clock::now();
        server().signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, ended());
        // Far below the grace of 30 s, and the idle time of 60 s.
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - before < std::chrono::seconds(20));
        CPPUNIT_ASSERT(silent.closed());
    }

    void nothingListensAfterTheStop() {
        start();
        const int port = server().port();
        server().signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, ended());
        CPPUNIT_ASSERT_THROW(RawSocket{port}, Poco::Exception);
        // The port is free again at once, though connections to it have just ended.
        start({.settings = {"http.port=" + std::to_string(port)}});
        CPPUNIT_ASSERT_EQUAL(200, http().get("/livez").status);
    }

    // On the same data directory each time.
    void startHere(const std::vector<std::string>& settings = {}) {
        start({.settings = settings, .directory = directory_ / "data"});
    }

    const TemporaryDirectory directory_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(ShutdownTest);

}  // namespace errand::tests
