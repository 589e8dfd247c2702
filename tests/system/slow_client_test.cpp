// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "system/with_server.h"

namespace errand::tests {

namespace {

using std::chrono::steady_clock;

const std::string postHead =
    "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

// A client that begins a request and then sends a byte now and then, or none.
struct Slow {
    std::string what;
    std::string begin;
    std::string drip;
    std::unique_ptr<RawSocket> socket = nullptr;
};

}  // namespace

// The deadlines pass in real time, so all slow clients come at once.
class SlowClientTest : public WithServer {
    CPPUNIT_TEST_SUITE(SlowClientTest);
    CPPUNIT_TEST(slowClientsAreEndedAndTheOthersServed);
    CPPUNIT_TEST_SUITE_END();

    void slowClientsAreEndedAndTheOthersServed() {
        start({.settings = {"http.threads=16"}});
        std::vector<Slow> clients;
        clients.push_back({"a request line without an end", "GET /livez", ""});
        clients.push_back(
            {"a head without an end", "GET /livez HTTP/1.1\r\nHost: localhost\r\n", ""});
        clients.push_back({"a head a byte at a time", "GET /livez HTTP/1.1\r\nX-A: ", "a"});
        clients.push_back(
            {"a body that does not come", postHead + "Content-Length: 9\r\n\r\n", ""});
        clients.push_back(
            {"a body a byte at a time", postHead + "Content-Length: 60000\r\n\r\n{", " "});
        clients.push_back({"chunks that do not end",
                           postHead + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", ""});
        clients.push_back({"chunks a byte at a time",
                           postHead + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"});
        // What has come earns time for the rest: 2 KiB are 2 s.
        clients.push_back({"a body that stops",
                           postHead + "Content-Length: 60000\r\n\r\n" + std::string(2048, ' '),
                           ""});
        const auto began = steady_clock::now();
        for (Slow& client : clients) {
            client.socket = std::make_unique<RawSocket>(server().port());
            client.socket->send(client.begin);
        }
        while (!clients.empty()) {
            CPPUNIT_ASSERT_EQUAL(200, http().get("/livez").status);
            for (Slow& client : clients) look(client, steady_clock::now() - began);
            std::erase_if(clients, [](const Slow& client) { return !client.socket; });
            pauseBetweenLooks(std::chrono::milliseconds(100));
        }
        CPPUNIT_ASSERT(listJobs(http()).empty());
    }

    // Feeds the client, or has it read its end.
    static void look(Slow& client, steady_clock::duration passed) {
        CPPUNIT_ASSERT_MESSAGE(client.what + " is never ended", passed < generous);
        if (!client.socket->readable()) {
            client.socket->send(client.drip);
            return;
        }
        // Not before its time: an honest client on a bad line has the ten seconds.
        CPPUNIT_ASSERT_MESSAGE(client.what, passed > std::chrono::milliseconds(9500));
        const std::vector<Answer> answers = client.socket->receiveAll();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(client.what, std::size_t(1), answers.size());
        checkProblem(client.what, answers.front(), 408);
        CPPUNIT_ASSERT_EQUAL(std::string("close"), answers.front().field("Connection"));
        client.socket.reset();
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SlowClientTest);

}  // namespace errand::tests
