// SPDX-License-Identifier: Apache-2.0
#include "http/connection.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <memory>

#include "http/socket_pair.h"
#include "http/test_server.h"
#include "http/test_site.h"

namespace errand::http {
namespace {

using std::chrono::milliseconds;

class ConnectionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConnectionTest);
    CPPUNIT_TEST(requestsInOneSegmentAreAnsweredInOrder);
    CPPUNIT_TEST(requestsMayComeByteByByte);
    CPPUNIT_TEST(bodiesMayComeInPieces);
    CPPUNIT_TEST(bodiesMayBeLongerThanTheBuffer);
    CPPUNIT_TEST(chunkedBodiesEndWhereTheySay);
    CPPUNIT_TEST(bodiesNobodyAskedForAreNoRequests);
    CPPUNIT_TEST(headIsAnsweredWithoutABody);
    CPPUNIT_TEST(continueIsSentWhereItIsWaitedFor);
    CPPUNIT_TEST(whatIsRefusedByItsHeadIsNotContinued);
    CPPUNIT_TEST(connectionsCloseWhenAsked);
    CPPUNIT_TEST(whatFollowsTheLastRequestDoesNotTakeItsAnswerAway);
    CPPUNIT_TEST(http10ClosesUnlessAskedNotTo);
    CPPUNIT_TEST(aBodyOverTheLimitIsNotTakenForARequest);
    CPPUNIT_TEST(whatCannotBeReadEndsTheConnection);
    CPPUNIT_TEST(aClientThatHalfClosesIsAnswered);
    CPPUNIT_TEST(aClientThatGoesAwayHarmsNobody);
    CPPUNIT_TEST(longAnswersReachSlowReaders);
    CPPUNIT_TEST_SUITE_END();

    TestServer server_;

    std::unique_ptr<Client> connect() { return std::make_unique<Client>(server_.server.port()); }

    void requestsInOneSegmentAreAnsweredInOrder() {
        auto client = connect();
        client->send(std::string(livez) + post(sum) + "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n" +
                     "\r\n" + std::string(livez));
        for (const int status : {200, 202, 404, 200})
            CPPUNIT_ASSERT_EQUAL(status, client->receive().status);
        CPPUNIT_ASSERT_EQUAL(200, client->ask(livez).status);
    }

    void requestsMayComeByteByByte() {
        auto client = connect();
        const std::string request = post(sum);
        for (const char& byte : request) client->send({&byte, 1});
        CPPUNIT_ASSERT_EQUAL(202, client->receive().status);
        const std::string chunked =
            postHead("Transfer-Encoding: chunked") + "29\r\n" + std::string(sum) + "\r\n0\r\n\r\n";
        CPPUNIT_ASSERT_EQUAL(std::size_t(0x29), sum.size());
        for (const char& byte : chunked) client->send({&byte, 1});
        CPPUNIT_ASSERT_EQUAL(202, client->receive().status);
    }

    void bodiesMayComeInPieces() {
        auto client = connect();
        client->send(postHead("Content-Length: " + std::to_string(sum.size())));
        client->send(sum.substr(0, 10));
        client->send(std::string(sum.substr(10)) + std::string(livez));
        CPPUNIT_ASSERT_EQUAL(202, client->receive().status);
        CPPUNIT_ASSERT_EQUAL(200, client->receive().status);
    }

    void bodiesMayBeLongerThanTheBuffer() {
        auto client = connect();
        const std::string body = R"({"service":"mail","method":"send","args":["a@b.c","s",")" +
                                 std::string(200000, 'x') + "\"]}";
        client->send(post(body) + std::string(livez));
        const auto answer = client->receive();
        CPPUNIT_ASSERT_EQUAL(202, answer.status);
        CPPUNIT_ASSERT(answer.body.size() > 200000);
        CPPUNIT_ASSERT_EQUAL(200, client->receive().status);
    }

    void chunkedBodiesEndWhereTheySay() {
        auto client = connect();
        client->send(postHead("Transfer-Encoding: chunked") + "5;x=y\r\n" +
                     std::string(sum.substr(0, 5)) + "\r\n24\r\n" + std::string(sum.substr(5)) +
                     "\r\n0\r\nT: 1\r\n\r\n" + std::string(livez));
        CPPUNIT_ASSERT_EQUAL(202, client->receive().status);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"status":"ok"})"), client->receive().body);
    }

    void bodiesNobodyAskedForAreNoRequests() {
        auto client = connect();
        const std::string hidden = "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n";
        const std::string length = "Content-Length: " + std::to_string(hidden.size());
        for (const char* line : {"GET /livez", "POST /nowhere", "PUT /jobs", "BREW /jobs"})
            client->send(std::string(line) + " HTTP/1.1\r\nHost: h\r\n" + length + "\r\n\r\n" +
                         hidden);
        client->send(livez);
        for (const int status : {200, 404, 405, 501, 200})
            CPPUNIT_ASSERT_EQUAL(status, client->receive().status);
    }

    void headIsAnsweredWithoutABody() {
        auto client = connect();
        client->send("HEAD /livez HTTP/1.1\r\nHost: h\r\n\r\n" + std::string(livez));
        const auto head = client->receive(false);
        ASSERT_CONTAINS("Content-Length: 15\r\n", head.head);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"status":"ok"})"), client->receive().body);
    }

    void continueIsSentWhereItIsWaitedFor() {
        auto client = connect();
        const std::string expect =
            "Expect: 100-continue\r\nContent-Length: " + std::to_string(sum.size());
        CPPUNIT_ASSERT_EQUAL(100, client->ask(postHead(expect)).status);
        CPPUNIT_ASSERT_EQUAL(202, client->ask(sum).status);
        // A body that is there already needs no word.
        client->send(postHead(expect) + std::string(sum));
        CPPUNIT_ASSERT_EQUAL(202, client->receive().status);
    }

    void whatIsRefusedByItsHeadIsNotContinued() {
        const auto refusal = [&](const std::string& head) {
            auto client = connect();
            const int status = client->ask(head).status;
            CPPUNIT_ASSERT(client->closed());
            return status;
        };
        const std::string expect = "Expect: 100-continue\r\nContent-Length: ";
        CPPUNIT_ASSERT_EQUAL(404,
                             refusal("POST /x HTTP/1.1\r\nHost: h\r\n" + expect + "5\r\n\r\n"));
        CPPUNIT_ASSERT_EQUAL(413, refusal(postHead(expect + "300001")));
        CPPUNIT_ASSERT_EQUAL(417, refusal(postHead("Expect: tea\r\nContent-Length: 5")));
    }

    void connectionsCloseWhenAsked() {
        auto client = connect();
        const auto answer =
            client->ask("GET /livez HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        ASSERT_CONTAINS("Connection: close\r\n", answer.head);
        CPPUNIT_ASSERT(client->closed());
    }

    // Closing with bytes unread would reset the connection.
    void whatFollowsTheLastRequestDoesNotTakeItsAnswerAway() {
        server_.jobs.page.jobs.resize(2000);
        for (int i = 0; i < 20; ++i) {
            auto client = connect();
            client->send("GET /jobs HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" +
                         std::string(200000, 'x'));
            CPPUNIT_ASSERT(client->receive().body.size() > 100000);
        }
    }

    void http10ClosesUnlessAskedNotTo() {
        auto client = connect();
        ASSERT_CONTAINS("Connection: keep-alive\r\n",
                        client->ask("GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").head);
        ASSERT_CONTAINS("HTTP/1.1 200 OK", client->ask("GET /livez HTTP/1.0\r\n\r\n").head);
        CPPUNIT_ASSERT(client->closed());
    }

    void aBodyOverTheLimitIsNotTakenForARequest() {
        std::string body;
        while (body.size() <= 400000) body += livez;
        for (const std::string& request :
             {post(body), postHead("Transfer-Encoding: chunked") + "61a80\r\n" + body}) {
            auto client = connect();
            client->send(request);
            const auto answer = client->receive();
            CPPUNIT_ASSERT_EQUAL(413, answer.status);
            ASSERT_CONTAINS("Connection: close\r\n", answer.head);
            ASSERT_CONTAINS("300000", answer.body);
            CPPUNIT_ASSERT(client->closed());
        }
        CPPUNIT_ASSERT_EQUAL(200, connect()->ask(livez).status);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), server_.jobs.submissions());
    }

    void whatCannotBeReadEndsTheConnection() {
        const auto refused = [&](int status, const std::string& request) {
            auto client = connect();
            client->send(request + std::string(livez));
            const auto answer = client->receive();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(request, status, answer.status);
            ASSERT_CONTAINS("Connection: close\r\n", answer.head);
            ASSERT_CONTAINS("application/problem+json", answer.head);
            CPPUNIT_ASSERT_MESSAGE(request, client->closed());
        };
        refused(400, "GET /livez HTTP/1.1\r\n\r\n");
        refused(400, postHead("Content-Length: 5\r\nContent-Length: 5"));
        refused(400, postHead("Content-Length: 5\r\nTransfer-Encoding: chunked"));
        refused(400, postHead("Content-Length: five"));
        refused(400, postHead("Transfer-Encoding: chunked") + "x\r\n");
        refused(501, postHead("Transfer-Encoding: gzip"));
        refused(505, "GET / HTTP/2.0\r\n\r\n");
        refused(414, "GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n\r\n");
        refused(431, "GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(20000, 'a') + "\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), server_.jobs.submissions());
    }

    void aClientThatHalfClosesIsAnswered() {
        if (tests::overTls()) return;  // there POCO's client waits for the other side's end first
        auto client = connect();
        client->send(livez);
        client->finishSending();
        CPPUNIT_ASSERT_EQUAL(200, client->receive().status);
        CPPUNIT_ASSERT(client->closed());
    }

    void aClientThatGoesAwayHarmsNobody() {
        for (const std::string& part :
             {std::string(livez.substr(0, 9)), postHead("Content-Length: 9"),
              postHead("Transfer-Encoding: chunked") + "9\r\nabc"})
            connect()->send(part);
        CPPUNIT_ASSERT_EQUAL(200, connect()->ask(livez).status);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), server_.jobs.submissions());
    }

    void longAnswersReachSlowReaders() {
        // Far more than the two sockets' buffers take, so that sending has to wait for the reader.
        server_.jobs.page.jobs.resize(60000);
        server_.jobs.page.jobs.back().service = "the-last";
        auto client = connect();
        client->send("GET /jobs HTTP/1.1\r\nHost: h\r\n\r\n");
        CPPUNIT_ASSERT_EQUAL(200, connect()->ask(livez).status);
        const auto answer = client->receive();
        CPPUNIT_ASSERT(answer.body.size() > 10000000);
        ASSERT_CONTAINS("the-last", answer.body.substr(answer.body.size() - 600));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionTest);

// Each of these waits for a deadline, made short.
class ConnectionDeadlineTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConnectionDeadlineTest);
    CPPUNIT_TEST(aSlowHeadIsRefused);
    CPPUNIT_TEST(aSlowBodyIsRefused);
    CPPUNIT_TEST(aBodyThatStopsIsRefusedHoweverMuchHasCome);
    CPPUNIT_TEST(idleConnectionsAreClosedWithoutAWord);
    CPPUNIT_TEST(whoNeverReadsIsLeft);
    CPPUNIT_TEST(whoHasWaitedTooLongForAThreadIsRefused);
    CPPUNIT_TEST_SUITE_END();

    static Settings hasty() {
        Settings settings = TestServer::settings();
        settings.headerDeadline = milliseconds(60);
        return settings;
    }

    // Asks until there is an answer: a busy machine may need longer for a question, or for a TLS
    // handshake, than the deadline leaves.
    static void checkServes(int port) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (true) {
            try {
                if (Client(port).ask(livez).status == 200) return;
            } catch (const Poco::Exception& error) {
                CPPUNIT_ASSERT_MESSAGE(error.displayText(), std::chrono::steady_clock::now() < end);
            }
        }
    }

    // A connection whose TLS handshake was in time.
    static Client connected(int port) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (true) {
            try {
                return Client(port);
            } catch (const Poco::Exception&) {
                if (std::chrono::steady_clock::now() > end) throw;
            }
        }
    }

    void aSlowHeadIsRefused() {
        TestServer server(hasty());
        Client slow = connected(server.server.port());
        slow.send(livez.substr(0, 10));
        const auto answer = slow.receive();
        CPPUNIT_ASSERT_EQUAL(408, answer.status);
        ASSERT_CONTAINS("Connection: close\r\n", answer.head);
        CPPUNIT_ASSERT(slow.closed());
        checkServes(server.server.port());
    }

    void aSlowBodyIsRefused() {
        TestServer server(hasty());
        for (const std::string& start : {postHead("Content-Length: 100") + "{",
                                         postHead("Transfer-Encoding: chunked") + "5"}) {
            Client slow = connected(server.server.port());
            slow.send(start);
            CPPUNIT_ASSERT_EQUAL(408, slow.receive().status);
            CPPUNIT_ASSERT(slow.closed());
        }
    }

    void aBodyThatStopsIsRefusedHoweverMuchHasCome() {
        TestServer server(hasty());
        for (const std::string& start :
             {postHead("Content-Length: 250000"),
              postHead("Transfer-Encoding: chunked") + std::string("40000\r\n")}) {
            Client stopping = connected(server.server.port());
            stopping.send(start + std::string(240000, ' '));
            CPPUNIT_ASSERT_EQUAL(408, stopping.receive().status);
        }
    }

    void idleConnectionsAreClosedWithoutAWord() {
        Settings settings = TestServer::settings();
        settings.idleTimeout = milliseconds(60);
        TestServer server(settings);
        Client client(server.server.port());
        CPPUNIT_ASSERT_EQUAL(200, client.ask(livez).status);
        CPPUNIT_ASSERT(client.closed());
        CPPUNIT_ASSERT(Client(server.server.port()).closed());
    }

    void whoHasWaitedTooLongForAThreadIsRefused() {
        TestSite site;
        const Settings settings;
        Connections connections;
        Streams streams(settings, site.jobs, site.clock);
        for (const bool late : {false, true}) {
            SocketPair pair;
            Guest guest{.channel = std::make_unique<PlainChannel>(pair.end(0), settings.slice)};
            pair.end(0) = Poco::Net::StreamSocket();  // the guest has it now
            guest.waitsSince = std::chrono::steady_clock::now() -
                               (late ? settings.maxQueueTime + milliseconds(1) : milliseconds(0));
            pair.end(1).sendBytes(livez.data(), static_cast<int>(livez.size()));
            pair.end(1).shutdownSend();
            CPPUNIT_ASSERT(
                !Connection(std::move(guest), settings, site.responder, connections, streams)
                     .serve());
            const std::string answer = pair.receivedBy(1).value();
            ASSERT_CONTAINS(late ? "HTTP/1.1 503 " : "HTTP/1.1 200 ", answer);
            if (late) ASSERT_CONTAINS("Retry-After: 1\r\n", answer);
        }
    }

    void whoNeverReadsIsLeft() {
        Settings settings = hasty();
        settings.minBodyRate = 1 << 30;
        settings.threads = 1;
        TestServer server(settings);
        server.jobs.page.jobs.resize(60000);
        Client client = connected(server.server.port());
        client.send("GET /jobs HTTP/1.1\r\nHost: h\r\n\r\n");
        // The only thread is free again though the first client has read nothing.
        checkServes(server.server.port());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionDeadlineTest);

}  // namespace
}  // namespace errand::http
