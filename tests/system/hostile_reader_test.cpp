// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include "system/hostile.h"

namespace errand::tests {

namespace {

const std::string get = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";

// Of a client that reads none of the answers.
constexpr std::size_t requests = 100;

using Sockets = std::vector<std::unique_ptr<RawSocket>>;

}  // namespace

// Clients that do not take what they asked for, or shut one of the two ways.
class HostileReaderTest : public Hostile {
    CPPUNIT_TEST_SUITE(HostileReaderTest);
    CPPUNIT_TEST(whoNeverReadsHoldsUpNobody);
    CPPUNIT_TEST(whoReadsALittleAtATimeGetsItAll);
    CPPUNIT_TEST(halfClosedClientsAreAnswered);
    CPPUNIT_TEST(clientsThatHalfCloseWithinARequestAreLeft);
    CPPUNIT_TEST_SUITE_END();

    RawSocket& connect(Sockets& sockets) {
        sockets.push_back(std::make_unique<RawSocket>(server().port()));
        return *sockets.back();
    }

    // The path of a job whose answer is 400 KB long.
    std::string longAnswer() {
        const std::string digits(100000, '9');
        const std::string id = submit(http(), computation("mul", digits, digits));
        waitFor(http(), id);
        return "/jobs/" + id;
    }

    // Each asks for 40 MB, more than all buffers between the two hold.
    void whoNeverReadsHoldsUpNobody() {
        startHostile({"http.threads=8"});
        const std::string request = "GET " + longAnswer() + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        std::string many;
        for (std::size_t i = 0; i < requests; ++i) many += request;
        Sockets clients;
        for (int i = 0; i < 20; ++i) connect(clients).send(many);
        good().waitFor(20);
        // Those that had a thread have been left: what they still get is not all.
        std::size_t left = 0;
        for (auto& client : clients) left += answersOf(*client) < requests;
        CPPUNIT_ASSERT(left > 0);
    }

    static std::size_t answersOf(RawSocket& client) {
        std::size_t count = 0;
        try {
            while (count < requests && client.receive()) ++count;
        } catch (const std::exception&) {
            // It broke off within one.
        }
        return count;
    }

    void whoReadsALittleAtATimeGetsItAll() {
        startHostile();
        const std::string request = "GET " + longAnswer() + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        RawSocket client(server().port());
        for (int i = 0; i < 40; ++i) client.send(request);
        for (int i = 0; i < 40; ++i) {
            const auto answer = client.receive();
            CPPUNIT_ASSERT(answer && answer->status == 200 && answer->body.size() > 200000);
            pauseBetweenLooks();
        }
    }

    void halfClosedClientsAreAnswered() {
        startHostile();
        Sockets clients;
        for (int i = 0; i < 200; ++i) {
            RawSocket& client = connect(clients);
            client.send(get + get);
            client.finishSending();
        }
        for (auto& client : clients) {
            const std::vector<Answer> answers = client->receiveAll();
            CPPUNIT_ASSERT_EQUAL(std::size_t(2), answers.size());
            for (const Answer& answer : answers) CPPUNIT_ASSERT_EQUAL(200, answer.status);
        }
    }

    // They stay open at their end, as a client does that waits for an answer.
    void clientsThatHalfCloseWithinARequestAreLeft() {
        startHostile();
        Sockets clients;
        for (int i = 0; i < 200; ++i) {
            RawSocket& client = connect(clients);
            client.send(get + (i % 2 ? get.substr(0, 20) : "POST /jobs HTTP/1.1\r\n"));
            client.finishSending();
        }
        for (auto& client : clients)
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), client->receiveAll().size());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(HostileReaderTest);

}  // namespace errand::tests
