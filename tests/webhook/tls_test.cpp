// SPDX-License-Identifier: Apache-2.0
#include "webhook/tls.h"

#include <cppunit/extensions/HelperMacros.h>

#include <Poco/Exception.h>

#include "system/receiver.h"
#include "tests/webhook/delivering.h"
#include "webhook/connection.h"

namespace errand::webhook {

using tests::Certificates;
using tests::Receiver;

// Through a Connection, which is what does its input and output.
class TlsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TlsTest);
    CPPUNIT_TEST(aGoodCertificateIsTaken);
    CPPUNIT_TEST(aCertificateMayBeForAnAddress);
    CPPUNIT_TEST(anothersCertificateIsRefused);
    CPPUNIT_TEST(anUnknownAuthorityIsRefused);
    CPPUNIT_TEST(anExpiredCertificateIsRefused);
    CPPUNIT_TEST(aServerWithoutTlsIsToldApart);
    CPPUNIT_TEST(aServerThatHangsIsGivenUp);
    CPPUNIT_TEST(oldProtocolsAreNotSpoken);
    CPPUNIT_TEST(aFileWithoutCertificatesIsRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { ignoreSigpipe(); }

private:
    // What went wrong; nothing where a request and its answer got through.
    std::string outcome(const Receiver& receiver, const TlsTrust& trust, const std::string& host,
                        std::chrono::milliseconds time = patience) {
        Connection connection({std::chrono::steady_clock::now() + time, running_.context});
        try {
            connection.connect({Poco::Net::SocketAddress(
                "127.0.0.1", static_cast<Poco::UInt16>(receiver.port()))});
            connection.startTls(trust, host);
            connection.write("GET / HTTP/1.1\r\n\r\n");
            std::string text;
            while (connection.read(text)) {
            }
            CPPUNIT_ASSERT_EQUAL(std::string("HTTP/1.1 204 No Content\r\n\r\n"), text);
        } catch (const Trouble& trouble) {
            return trouble.what();
        }
        return {};
    }

    std::string outcome(const std::string& names, const std::string& host, bool expired = false) {
        const Receiver receiver(certificates_.issue(names, expired));
        const std::string text = outcome(receiver, trust_, host);
        // Whom the handshake does not convince is told nothing.
        CPPUNIT_ASSERT_EQUAL(text.empty() ? std::size_t{1} : 0, receiver.requests().size());
        return text;
    }

    void aGoodCertificateIsTaken() {
        CPPUNIT_ASSERT_EQUAL(std::string(), outcome("DNS:localhost", "localhost"));
        CPPUNIT_ASSERT_EQUAL(std::string(), outcome("DNS:*.example.com", "a.example.com"));
    }

    void aCertificateMayBeForAnAddress() {
        CPPUNIT_ASSERT_EQUAL(std::string(), outcome("IP:127.0.0.1", "127.0.0.1"));
        CPPUNIT_ASSERT_EQUAL(
            std::string("the receiver's certificate is refused: IP address mismatch"),
            outcome("DNS:localhost", "127.0.0.1"));
    }

    void anothersCertificateIsRefused() {
        const std::string wanted = "the receiver's certificate is refused: hostname mismatch";
        CPPUNIT_ASSERT_EQUAL(wanted, outcome("DNS:other.example", "localhost"));
        CPPUNIT_ASSERT_EQUAL(wanted, outcome("DNS:*.com", "a.example.com"));
        CPPUNIT_ASSERT_EQUAL(wanted, outcome("DNS:a*.example.com", "ab.example.com"));
    }

    void anUnknownAuthorityIsRefused() {
        Certificates others;
        const Receiver receiver(others.issue("DNS:localhost"));
        const std::string text = outcome(receiver, trust_, "localhost");
        CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("the receiver's certificate is refused: "));
        const std::string system = outcome(receiver, TlsTrust(""), "localhost");
        CPPUNIT_ASSERT_MESSAGE(system,
                               system.starts_with("the receiver's certificate is refused: "));
    }

    void anExpiredCertificateIsRefused() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("the receiver's certificate is refused: certificate has expired"),
            outcome("DNS:localhost", "localhost", true));
    }

    void aServerWithoutTlsIsToldApart() {
        const Receiver receiver;
        Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0));
        Connection connection({std::chrono::steady_clock::now() + patience, running_.context});
        connection.connect({listener.address()});
        Poco::Net::StreamSocket peer = listener.acceptConnection();
        peer.sendBytes("HTTP/1.1 400 Bad Request\r\n\r\n", 28);
        try {
            connection.startTls(trust_, "localhost");
            CPPUNIT_FAIL("was agreed on");
        } catch (const Trouble& trouble) {
            const std::string text = trouble.what();
            CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("TLS could not be agreed on: "));
        }
    }

    void aServerThatHangsIsGivenUp() {
        const Receiver receiver;  // without TLS it waits for the end of a line for ever
        CPPUNIT_ASSERT_EQUAL(
            std::string("no answer in time"),
            outcome(receiver, trust_, "localhost", std::chrono::milliseconds(300)));
    }

    void oldProtocolsAreNotSpoken() {
        CPPUNIT_ASSERT_EQUAL(static_cast<long>(TLS1_2_VERSION),
                             SSL_CTX_get_min_proto_version(trust_.native()));
    }

    void aFileWithoutCertificatesIsRefused() {
        CPPUNIT_ASSERT_THROW(TlsTrust("/none"), Poco::FileException);
    }

    Certificates certificates_;
    const TlsTrust trust_{certificates_.authority()};
    Running running_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsTest);

}  // namespace errand::webhook
