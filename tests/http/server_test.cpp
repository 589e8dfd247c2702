// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <memory>
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
    CPPUNIT_TEST(nobodyStarvesWhileOthersRest);
    CPPUNIT_TEST(aBusyConnectionMakesRoom);
    CPPUNIT_TEST(slowClientsGiveWay);
    CPPUNIT_TEST(whoNeverReadsGivesWay);
    CPPUNIT_TEST(silentNewcomersGiveWayAtOnce);
    CPPUNIT_TEST(connectionsOverTheBoundAreRefused);
    CPPUNIT_TEST(manyClientsAreServedAtOnce);
    CPPUNIT_TEST_SUITE_END();

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
        Settings settings = TestServer::settings();
        settings.slice = seconds(60);  // what a connection would else take to notice
        TestServer server(settings);
        Client client(server.server.port());
        CPPUNIT_ASSERT_EQUAL(200, client.ask(livez).status);
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

    void nobodyStarvesWhileOthersRest() {
        Settings settings = TestServer::settings();
        settings.threads = 2;
        TestServer server(settings);
        std::vector<std::unique_ptr<Client>> clients;
        for (int i = 0; i < 8; ++i) {
            clients.push_back(std::make_unique<Client>(server.server.port()));
            CPPUNIT_ASSERT_EQUAL(200, clients.back()->ask(livez).status);
        }
        CPPUNIT_ASSERT(clients.front()->closed());
    }

    void aBusyConnectionMakesRoom() {
        Settings settings = TestServer::settings();
        settings.threads = 1;
        settings.fairShare = 5;
        settings.slice = seconds(20);  // it never rests that long
        TestServer server(settings);
        auto busy = std::make_unique<Client>(server.server.port());
        CPPUNIT_ASSERT_EQUAL(200, busy->ask(livez).status);
        Client waiting(server.server.port());
        waiting.send(livez);
        const auto limit = in(seconds(20));
        while (!contains(busy->ask(livez).head, "Connection: close"))
            CPPUNIT_ASSERT(std::chrono::steady_clock::now() < limit);
        CPPUNIT_ASSERT(busy->closed());
        busy.reset();
        CPPUNIT_ASSERT_EQUAL(200, waiting.receive().status);
    }

    // A head and a body that stop, on the only two threads, with all of the 20 seconds before them.
    void slowClientsGiveWay() {
        Settings settings = TestServer::settings();
        settings.threads = 2;
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
        Client another(server.server.port());
        CPPUNIT_ASSERT_EQUAL(200, another.ask(livez).status);
        // One of the two may be left, since its thread is wanted no more.
        head.send(livez.substr(10));
        body.send("123456789");
        const int first = head.receive().status;
        const int second = body.receive().status;
        CPPUNIT_ASSERT(first == 408 || second == 408);
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

    void silentNewcomersGiveWayAtOnce() {
        Settings settings = TestServer::settings();
        settings.threads = 1;
        settings.slice = seconds(60);  // what a silent one would else be given
        settings.queuedConnections = 3;
        TestServer server(settings);
        server.jobs.hold();
        Client first(server.server.port());
        first.send(postHead("Connection: close\r\nContent-Length: " + std::to_string(sum.size())) +
                   std::string(sum));
        server.jobs.waitUntilHeld();
        Client silent(server.server.port());
        Client alsoSilent(server.server.port());
        Client last(server.server.port());
        last.send(livez);
        // Only when all three wait is there no room for one more.
        CPPUNIT_ASSERT_EQUAL(503, Client(server.server.port()).receive().status);
        server.jobs.release();
        CPPUNIT_ASSERT_EQUAL(202, first.receive().status);
        CPPUNIT_ASSERT_EQUAL(200, last.receive().status);
        CPPUNIT_ASSERT(silent.closed());
        CPPUNIT_ASSERT(alsoSilent.closed());
    }

    void connectionsOverTheBoundAreRefused() {
        Settings settings = TestServer::settings();
        settings.threads = 1;
        settings.queuedConnections = 1;
        TestServer server(settings);
        server.jobs.hold();
        Client first(server.server.port());
        first.send(post(sum));
        server.jobs.waitUntilHeld();
        Client second(server.server.port());
        Client third(server.server.port());
        const auto answer = third.receive();
        CPPUNIT_ASSERT_EQUAL(503, answer.status);
        ASSERT_CONTAINS("Retry-After: 1\r\n", answer.head);
        CPPUNIT_ASSERT(third.closed());
        server.jobs.release();
        CPPUNIT_ASSERT_EQUAL(202, first.receive().status);
        CPPUNIT_ASSERT_EQUAL(200, second.ask(livez).status);
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
