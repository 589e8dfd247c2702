// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "system/with_server.h"

namespace errand::tests {

namespace {

const std::string get = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
const std::string lastGet = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

constexpr std::size_t queued = 512;
constexpr std::size_t refusals = 5;

using Sockets = std::vector<std::unique_ptr<RawSocket>>;

}  // namespace

// More clients than threads.
class CrowdTest : public WithServer {
    CPPUNIT_TEST_SUITE(CrowdTest);
    CPPUNIT_TEST(idleConnectionsStarveNobody);
    CPPUNIT_TEST(silentConnectionsStarveNobody);
    CPPUNIT_TEST(busyConnectionsStarveNobody);
    CPPUNIT_TEST(connectionsWaitWithinABoundAndAreRefusedBeyond);
    CPPUNIT_TEST_SUITE_END();

public:
    // Beside the two that have a thread there is room for those who wait.
    void setUp() override {
        start(
            {.settings = {"http.threads=2", "http.maxConnections=" + std::to_string(queued + 2)}});
    }

private:
    void idleConnectionsStarveNobody() {
        Sockets clients;
        for (int i = 0; i < 20; ++i) {
            RawSocket& client = connect(clients);
            client.send(get);
            CPPUNIT_ASSERT_EQUAL(200, client.receive()->status);
        }
    }

    void silentConnectionsStarveNobody() {
        Sockets clients;
        for (int i = 0; i < 10; ++i) connect(clients);
        RawSocket& last = connect(clients);
        last.send(get);
        CPPUNIT_ASSERT_EQUAL(200, last.receive()->status);
    }

    // Two clients that never rest give way to a third now and then.
    void busyConnectionsStarveNobody() {
        Sockets busy;
        std::string many;
        for (int i = 0; i < 1000; ++i) many += get;
        for (int i = 0; i < 2; ++i) connect(busy).send(many);
        RawSocket third(server().port());
        third.send(get);
        CPPUNIT_ASSERT_EQUAL(200, third.receive()->status);
        for (auto& client : busy) {
            const std::size_t answers = client->receiveAll().size();
            CPPUNIT_ASSERT(answers >= 100 && answers <= 1000);
        }
    }

    // While others wait, a body must go on coming: a pause of the test, on a busy machine, may end
    // those that hold the threads, and then it begins anew.
    void connectionsWaitWithinABoundAndAreRefusedBeyond() {
        int tries = 1;
        while (!fillTheQueue()) CPPUNIT_ASSERT(++tries <= 20);
        CPPUNIT_ASSERT(waitUntilIdle(http()).size() >= 2);
    }

    // False: a holder was ended before its time.
    bool fillTheQueue() {
        const std::string part(1024, ' ');
        const std::string last = computation("sum", "30", "10");
        const std::size_t length = (queued + refusals) * part.size() + last.size();
        Sockets holders;
        for (int i = 0; i < 2; ++i) {
            RawSocket& holder = connect(holders);
            holder.send(
                "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                "Connection: close\r\nExpect: 100-continue\r\nContent-Length: " +
                std::to_string(length) + "\r\n\r\n");
            // Now it has a thread of its own.
            CPPUNIT_ASSERT_EQUAL(100, holder.receive()->status);
        }
        Sockets waiting;
        for (std::size_t i = 0; i < queued + refusals; ++i) {
            if (anyEnded(holders)) return false;
            for (auto& holder : holders) holder->send(part);
            if (i < queued)
                connect(waiting).send(lastGet);
            else if (!isRefused(holders))
                return false;
        }
        for (auto& holder : holders) holder->send(last);
        for (auto& holder : holders)
            if (holder->receive()->status != 202) return false;
        for (auto& client : waiting) CPPUNIT_ASSERT_EQUAL(200, client->receive().value().status);
        return true;
    }

    static bool anyEnded(const Sockets& holders) {
        return std::ranges::any_of(holders, [](const auto& holder) { return holder->readable(); });
    }

    bool isRefused(const Sockets& holders) {
        RawSocket refused(server().port());
        while (!refused.readable()) {
            if (anyEnded(holders)) return false;
            pauseBetweenLooks();
        }
        const auto answer = refused.receive();
        CPPUNIT_ASSERT(answer.has_value());
        checkProblem("one too many", *answer, 503, "as many connections are open");
        CPPUNIT_ASSERT(!answer->field("Retry-After").empty());
        CPPUNIT_ASSERT(refused.closed());
        return true;
    }

    RawSocket& connect(Sockets& sockets) {
        sockets.push_back(std::make_unique<RawSocket>(server().port()));
        return *sockets.back();
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CrowdTest);

}  // namespace errand::tests
