// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "http/test_server.h"
#include "http/test_site.h"

namespace errand::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class ServerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServerTest);
    CPPUNIT_TEST(aTakenAddressIsSaidWithItsReason);
    CPPUNIT_TEST(clientsThatComeBeforeTheStartAreServed);
    CPPUNIT_TEST(stopMayComeTwiceAndBeforeTheStart);
    CPPUNIT_TEST(stopLetsARequestInProgressBeAnswered);
    CPPUNIT_TEST(stopEndsRestingConnectionsAtOnce);
    CPPUNIT_TEST(stopCutsOffWhatIsNotDoneAtTheDeadline);
    CPPUNIT_TEST(restingConnectionsCostNoThread);
    CPPUNIT_TEST(aBusyConnectionLetsOthersHaveTheirTurn);
    CPPUNIT_TEST(slowClientsGiveWay);
    CPPUNIT_TEST(whoNeverReadsGivesWay);
    CPPUNIT_TEST(manyClientsAreServedAtOnce);
    CPPUNIT_TEST_SUITE_END();

    static void waitUntilResting(const TestServer& server, std::size_t count) {
        for (const auto limit = in(seconds(20)); server.server.resting() != count;
             std::this_thread::yield())
            CPPUNIT_ASSERT(std::chrono::steady_clock::now() < limit);
    }

    static std::string bindError(const Settings& settings) {
        try {
            Server(settings).bind();
        } catch (const Poco::Exception& error) {
            return error.message();
        }
        return "";
    }

    void aTakenAddressIsSaidWithItsReason() {
        Server first(TestServer::settings());
        first.bind();
        Settings settings = TestServer::settings();
        settings.port = first.port();
        ASSERT_CONTAINS("cannot listen on 127.0.0.1:" + std::to_string(first.port()) +
                            ": Address already in use; ",
                        bindError(settings));
        settings.host = "192.0.2.1";  // reserved for documentation: nobody's
        ASSERT_CONTAINS("cannot listen on 192.0.2.1:", bindError(settings));
        ASSERT_CONTAINS("set http.host", bindError(settings));
    }

    void clientsThatComeBeforeTheStartAreServed() {
        FakeJobs jobs;
        FakeCatalogue services;
        Server server(TestServer::settings());
        server.bind();
        Client early(server.port());
        early.send(livez);
        server.start(jobs, services.catalogue);
        CPPUNIT_ASSERT_EQUAL(200, early.receive().status);
        server.stop(in(seconds(20)));
    }

    void stopMayComeTwiceAndBeforeTheStart() {
        Server unused(TestServer::settings());
        unused.stop(in(seconds(1)));
        TestServer used;
        const int port = used.server.port();
        used.server.stop(in(seconds(20)));
        used.server.stop(in(seconds(20)));
        CPPUNIT_ASSERT_THROW(Client client(port), Poco::Net::ConnectionRefusedException);
    }

    void stopLetsARequestInProgressBeAnswered() {
        TestServer server;
        Client client(server.server.port());
        server.jobs.hold();
        client.send(post(sum));
        server.jobs.waitUntilHeld();
        auto stopped = std::async(std::launch::async, [&] { server.server.stop(in(seconds(20))); });
        // The listening socket goes first: once a newcomer is not served, the stop has begun.
        CPPUNIT_ASSERT(notServed(server.server.port()));
        server.jobs.release();
        const auto answer = client.receive();
        CPPUNIT_ASSERT_EQUAL(202, answer.status);
        ASSERT_CONTAINS("Connection: close\r\n", answer.head);
        CPPUNIT_ASSERT(client.closed());
        stopped.get();
    }

    // Tries until a newcomer is sent away, or not even let in.
    static bool notServed(int port) {
        const auto limit = in(seconds(20));
        while (std::chrono::steady_clock::now() < limit) {
            try {
                Client client(port);
                client.send(livez);
                client.receive();
            } catch (const Poco::Exception&) {
                return true;
            }
        }
        return false;
    }

    void stopEndsRestingConnectionsAtOnce() {
        TestServer server;
        Client client(server.server.port());
        CPPUNIT_ASSERT_EQUAL(200, client.ask(livez).status);
        waitUntilResting(server, 1);
        const auto limit = in(seconds(30));
        server.server.stop(in(seconds(50)));
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() < limit);
        CPPUNIT_ASSERT(client.closed());
    }

    void stopCutsOffWhatIsNotDoneAtTheDeadline() {
        TestServer server;
        Client client(server.server.port());
        CPPUNIT_ASSERT_EQUAL(200, client.ask(livez).status);
        client.send(livez.substr(0, 10));
        server.server.stop(in(milliseconds(50)));
        CPPUNIT_ASSERT(client.closed());
    }

    void restingConnectionsCostNoThread() {
        Settings settings = TestServer::settings();
        settings.threads = 1;
        TestServer server(settings);
        std::vector<std::unique_ptr<Client>> clients;
        for (int i = 0; i < 50; ++i) {
            clients.push_back(std::make_unique<Client>(server.server.port()));
            if (i % 2 == 0) CPPUNIT_ASSERT_EQUAL(200, clients.back()->ask(livez).status);
            if (i % 3 == 0) clients.back()->send(livez.substr(0, 9));
        }
        waitUntilResting(server, 50);
        for (int i = 0; i < 50; ++i) {
            clients[static_cast<std::size_t>(i)]->send(livez.substr(i % 3 == 0 ? 9 : 0));
            CPPUNIT_ASSERT_EQUAL(200, clients[static_cast<std::size_t>(i)]->receive().status);
        }
    }

    // One that never rests, asks many at once, and keeps the only thread for five at a time.
    void aBusyConnectionLetsOthersHaveTheirTurn() {
        Settings settings = TestServer::settings();
        settings.threads = 1;
        settings.fairShare = 5;
        TestServer server(settings);
        server.jobs.hold();
        Client busy(server.server.port());
        std::string all = post(sum);
        for (int i = 0; i < 12; ++i) all += livez;
        busy.send(all);
        server.jobs.waitUntilHeld();
        Client waiting(server.server.port());
        waiting.send(livez);
        server.jobs.release();
        CPPUNIT_ASSERT_EQUAL(200, waiting.receive().status);
        CPPUNIT_ASSERT_EQUAL(202, busy.receive().status);
        for (int i = 0; i < 12; ++i) CPPUNIT_ASSERT_EQUAL(200, busy.receive().status);
    }

    // A head and a body that stop, with one thread and all of the 60 seconds before them.
    void slowClientsGiveWay() {
        Settings settings = TestServer::settings();
        settings.threads = 1;
        settings.crowdedDeadline = milliseconds(50);
        settings.headerDeadline = seconds(60);
        TestServer server(settings);
        Client head(server.server.port());
        head.send(livez.substr(0, 10));
        Client body(server.server.port());
        body.send(postHead("Expect: 100-continue\r\nContent-Length: 9"));
        CPPUNIT_ASSERT_EQUAL(100, body.receive().status);
        Client other(server.server.port());
        CPPUNIT_ASSERT_EQUAL(200, other.ask(livez).status);
        CPPUNIT_ASSERT_EQUAL(408, body.receive().status);
        head.send(livez.substr(10));
        CPPUNIT_ASSERT_EQUAL(200, head.receive().status);
    }

    void whoNeverReadsGivesWay() {
        Settings settings = TestServer::settings();
        settings.threads = 1;
        settings.crowdedDeadline = milliseconds(50);
        settings.headerDeadline = seconds(60);
        TestServer server(settings);
        server.jobs.page.jobs.resize(60000);
        Client client(server.server.port());
        client.send("GET /jobs HTTP/1.1\r\nHost: h\r\n\r\n");
        Client other(server.server.port());
        CPPUNIT_ASSERT_EQUAL(200, other.ask(livez).status);
    }

    void manyClientsAreServedAtOnce() {
        Settings settings = TestServer::settings();
        settings.threads = 8;
        TestServer server(settings);
        std::vector<std::future<int>> counts;
        for (int i = 0; i < 8; ++i)
            counts.push_back(std::async(std::launch::async, [&] {
                Client client(server.server.port());
                int stored = 0;
                for (int n = 0; n < 40; ++n) stored += client.ask(post(sum)).status == 202;
                return stored;
            }));
        int stored = 0;
        for (auto& count : counts) stored += count.get();
        CPPUNIT_ASSERT_EQUAL(320, stored);
        CPPUNIT_ASSERT_EQUAL(std::size_t(320), server.jobs.submissions());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServerTest);

}  // namespace
}  // namespace errand::http
