// SPDX-License-Identifier: Apache-2.0
// What holds of every channel is in channel_test.cpp; this is what TLS adds, over a real server.
#include "http/tls_channel.h"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <thread>

#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>

#include "http/test_server.h"
#include "http/test_site.h"

namespace errand::http {
namespace {

namespace net = Poco::Net;

class TlsChannelTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TlsChannelTest);
    CPPUNIT_TEST(requestsAreAnsweredThroughTls);
    CPPUNIT_TEST(browsersAreToldToComeNoOtherWay);
    CPPUNIT_TEST(whoSpeaksInTheClearIsToldSo);
    CPPUNIT_TEST(whoHoldsBackItsHandshakeHoldsNoThread);
    CPPUNIT_TEST(whoNeverEndsItsHandshakeIsClosed);
    CPPUNIT_TEST(oldProtocolsAreRefused);
    CPPUNIT_TEST(clientsWithoutTheCertificateAskedForAreRefused);
    CPPUNIT_TEST(theEndIsSaid);
    CPPUNIT_TEST_SUITE_END();

    static Settings settings() {
        Settings settings = TestServer::settings();
        settings.tls = {tests::serverIdentity().certificate, tests::serverIdentity().key, ""};
        return settings;
    }

    static net::StreamSocket connect(int port, const net::Context::Ptr& context) {
        net::SecureStreamSocket socket(context);
        socket.setPeerHostName("localhost");
        socket.connect({"127.0.0.1", static_cast<Poco::UInt16>(port)});
        socket.setReceiveTimeout(Poco::Timespan(20, 0));
        return socket;
    }

    static std::string ask(net::StreamSocket socket, std::string_view request) {
        socket.sendBytes(request.data(), static_cast<int>(request.size()));
        std::string all;
        char bytes[4096];
        while (all.find("\"ok\"}") == std::string::npos) {
            const int size = socket.receiveBytes(bytes, sizeof bytes);
            if (size <= 0) break;
            all.append(bytes, static_cast<std::size_t>(size));
        }
        return all;
    }

    void requestsAreAnsweredThroughTls() {
        TestServer server(settings());
        auto socket = connect(server.server.port(), tests::clientTrust());
        for (int i = 0; i < 3; ++i) ASSERT_CONTAINS("HTTP/1.1 200 OK", ask(socket, livez));
    }

    void browsersAreToldToComeNoOtherWay() {
        TestServer server(settings());
        ASSERT_CONTAINS("Strict-Transport-Security: max-age=31536000\r\n",
                        ask(connect(server.server.port(), tests::clientTrust()), livez));
        Settings clear = settings();
        clear.tls = {};
        TestServer other(clear);
        net::StreamSocket socket(
            net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(other.server.port())));
        CPPUNIT_ASSERT(!contains(ask(socket, livez), "Strict-Transport"));
    }

    void whoSpeaksInTheClearIsToldSo() {
        TestServer server(settings());
        net::StreamSocket socket(
            net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(server.server.port())));
        const std::string answer = ask(socket, livez);
        ASSERT_CONTAINS("HTTP/1.1 400 Bad Request\r\n", answer);
        ASSERT_CONTAINS("https://", answer);
    }

    void whoHoldsBackItsHandshakeHoldsNoThread() {
        Settings one = settings();
        one.threads = 1;
        TestServer server(one);
        net::StreamSocket half(
            net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(server.server.port())));
        const std::string begun("\x16\x03\x01\x02\x00\x01", 6);
        half.sendBytes(begun.data(), static_cast<int>(begun.size()));
        ASSERT_CONTAINS("HTTP/1.1 200 OK",
                        ask(connect(server.server.port(), tests::clientTrust()), livez));
        while (server.server.resting() == 0) std::this_thread::yield();
    }

    // However often it says a byte more of it.
    void whoNeverEndsItsHandshakeIsClosed() {
        Settings hasty = settings();
        hasty.headerDeadline = std::chrono::milliseconds(200);
        hasty.idleTimeout = std::chrono::hours(1);
        TestServer server(hasty);
        net::StreamSocket half(
            net::SocketAddress("127.0.0.1", static_cast<Poco::UInt16>(server.server.port())));
        half.setReceiveTimeout(Poco::Timespan(0, 20'000));
        std::string byte("\x16", 1);
        const auto closed = [&half] {
            char any = 0;
            const auto got = ::recv(half.impl()->sockfd(), &any, 1, 0);
            return got == 0 || (got < 0 && errno == ECONNRESET);
        };
        do {
            ::send(half.impl()->sockfd(), byte.data(), byte.size(), MSG_NOSIGNAL);
            byte = std::string(1, '\x03');
        } while (!closed());
    }

    void oldProtocolsAreRefused() {
        TestServer server(settings());
        const net::Context::Ptr old = new net::Context(net::Context::TLS_CLIENT_USE, "",
                                                       net::Context::VERIFY_NONE);  // POCO owns it
        SSL_CTX_set_security_level(old->sslContext(), 0);
        SSL_CTX_set_min_proto_version(old->sslContext(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(old->sslContext(), TLS1_1_VERSION);
        CPPUNIT_ASSERT_THROW(connect(server.server.port(), old), net::SSLException);
        for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
            const net::Context::Ptr good =
                new net::Context(net::Context::TLS_CLIENT_USE, "",
                                 net::Context::VERIFY_NONE);  // POCO owns it
            SSL_CTX_set_min_proto_version(good->sslContext(), version);
            SSL_CTX_set_max_proto_version(good->sslContext(), version);
            ASSERT_CONTAINS("200 OK", ask(connect(server.server.port(), good), livez));
        }
    }

    void clientsWithoutTheCertificateAskedForAreRefused() {
        tests::Certificates authority;
        const tests::KeyPair client = authority.issue("DNS:client");
        Settings strict = settings();
        strict.tls.clientCa = authority.authority();
        TestServer server(strict);
        // TLS 1.3 tells it only after the client's handshake is done.
        CPPUNIT_ASSERT_THROW(ask(connect(server.server.port(), tests::clientTrust()), livez),
                             Poco::Exception);
        const net::Context::Ptr known =
            new net::Context(net::Context::TLS_CLIENT_USE, client.key, client.certificate, "",
                             net::Context::VERIFY_NONE);  // POCO owns it
        ASSERT_CONTAINS("200 OK", ask(connect(server.server.port(), known), livez));
    }

    // Else a client could not tell the end from an attacker's cut.
    void theEndIsSaid() {
        TestServer server(settings());
        auto socket = connect(server.server.port(), tests::clientTrust());
        const std::string last = "GET /livez HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        ask(socket, last);
        char byte = 0;
        CPPUNIT_ASSERT_EQUAL(0, socket.receiveBytes(&byte, 1));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsChannelTest);

}  // namespace
}  // namespace errand::http
