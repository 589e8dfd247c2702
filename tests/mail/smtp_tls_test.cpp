// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_tls.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <memory>
#include <string>

#include <Poco/Crypto/X509Certificate.h>
#include <Poco/Exception.h>
#include <Poco/File.h>

#include "mail/smtp_failure.h"
#include "tests/mail/certificates.h"
#include "tests/mail/smtp_sending.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;
using Then = SmtpReaction::Then;

class SmtpTlsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpTlsTest);
    CPPUNIT_TEST(messagesGoThroughTls);
    CPPUNIT_TEST(aLargeMessageGoesThroughTls);
    CPPUNIT_TEST(keptConnectionsStayAliveAndStaleOnesAreReplaced);
    CPPUNIT_TEST(anExpiredCertificate);
    CPPUNIT_TEST(aCertificateOfAnotherHost);
    CPPUNIT_TEST(aCertificateSignedByItself);
    CPPUNIT_TEST(anUnknownAuthority);
    CPPUNIT_TEST(theSystemsAuthoritiesAreLoaded);
    CPPUNIT_TEST(aServerWithoutTls);
    CPPUNIT_TEST(aServerThatStopsInTheHandshake);
    CPPUNIT_TEST(aFileWithoutCertificatesStopsTheStart);
    CPPUNIT_TEST_SUITE_END();

    SmtpSettings settings(const SmtpServer& server, SmtpSecurity security) const {
        SmtpSettings settings = settingsFor(server);
        settings.security = security;
        settings.ca = certificates_.ca();
        return settings;
    }

    static SmtpServer::Options serverWith(const string& certificate, SmtpSecurity security) {
        return {{"PIPELINING"}, certificate, security == SmtpSecurity::tls};
    }

    // Both ways into TLS end the same with that certificate.
    void assertRefused(const string& why, const Certificates::Wish& wish, const string& host) {
        const string certificate = certificates_.make(wish);
        for (const SmtpSecurity security : {SmtpSecurity::tls, SmtpSecurity::starttls}) {
            SmtpServer server(serverWith(certificate, security));
            SmtpSettings used = settings(server, security);
            used.host = host;
            const string end = ending(used);
            const bool first = security == SmtpSecurity::tls;
            CPPUNIT_ASSERT_EQUAL("TryAgain service: SMTP server " + host + ":" +
                                     std::to_string(server.port()) + ", " +
                                     (first ? "TLS" : "STARTTLS") + ": " + why,
                                 end);
            // Nothing was said that only a server that is trusted may hear.
            CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{0}, countCommands(server, "MAIL"));
            CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{first ? 0 : 1}, countCommands(server, "EHLO"));
        }
    }

    void messagesGoThroughTls() {
        for (const SmtpSecurity security : {SmtpSecurity::tls, SmtpSecurity::starttls}) {
            for (const char* host : {"localhost", "127.0.0.1"}) {
                SmtpServer server(serverWith(certificates_.make(), security));
                SmtpSettings used = settings(server, security);
                used.host = host;
                {
                    SmtpSender sender(used);
                    for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
                }
                CPPUNIT_ASSERT_EQUAL(1, server.connections());
                CPPUNIT_ASSERT_EQUAL(std::size_t{5}, server.messages().size());
                CPPUNIT_ASSERT_EQUAL("QUIT"s, server.commands().back());
            }
        }
    }

    void aLargeMessageGoesThroughTls() {
        SmtpServer server(serverWith(certificates_.make(), SmtpSecurity::tls));
        SmtpSender sender(settings(server, SmtpSecurity::tls));
        const Message message = sampleMessage(string(2'000'000, 'x') + "\n.\n");
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender, message));
        CPPUNIT_ASSERT(format(message) == server.messages().back());
    }

    void keptConnectionsStayAliveAndStaleOnesAreReplaced() {
        SmtpServer server(serverWith(certificates_.make(), SmtpSecurity::starttls));
        SmtpSender sender(settings(server, SmtpSecurity::starttls));
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL(1, server.connections());
        server.closeAll();
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL(2, server.connections());
        server.answer("MAIL", {"421 4.4.2 too old\r\n", Then::close});
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL(3, server.connections());
    }

    void anExpiredCertificate() {
        Certificates::Wish wish;
        wish.validFromDays = -5;
        wish.validToDays = -1;
        const auto yesterday = std::chrono::floor<std::chrono::days>(base::Clock::system().now() -
                                                                     std::chrono::days(1));
        const string day = base::formatRfc3339(yesterday).substr(0, 10);
        assertRefused("the server's certificate expired on " + day, wish, "localhost");
    }

    // Also for this machine: whoever else serves there has no such certificate.
    void aCertificateOfAnotherHost() {
        Certificates::Wish wish;
        wish.names = "DNS:mail.example.org,DNS:*.example.net";
        const string why =
            "the server's certificate is for *.example.net, mail.example.org, not for ";
        assertRefused(why + "localhost", wish, "localhost");
        assertRefused(why + "127.0.0.1", wish, "127.0.0.1");
        // A name that looks like the address is none.
        wish.names = "DNS:127.0.0.1";
        assertRefused("the server's certificate is for 127.0.0.1, not for 127.0.0.1", wish,
                      "127.0.0.1");
    }

    void aCertificateSignedByItself() {
        Certificates::Wish wish;
        wish.signedByItself = true;
        assertRefused(
            "the server's certificate is signed by itself, not by an authority that is trusted",
            wish, "localhost");
    }

    void anUnknownAuthority() {
        SmtpServer server(serverWith(certificates_.make(), SmtpSecurity::tls));
        SmtpSettings used = settings(server, SmtpSecurity::tls);
        used.ca.clear();
        const string end = ending(used);
        CPPUNIT_ASSERT_MESSAGE(
            end, end.ends_with("the server's certificate comes from an authority that is not "
                               "trusted: CN=Test Authority"));
        const Certificates other;  // of the same name, with another key
        used.ca = other.ca();
        const string forged = ending(used);
        CPPUNIT_ASSERT_MESSAGE(forged, forged.starts_with("TryAgain service: "));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{0}, countCommands(server, "EHLO"));
    }

    void theSystemsAuthoritiesAreLoaded() {
        // Debian's package of authorities; where it is not installed there is nothing to find.
        const Poco::File bundle("/etc/ssl/certs/ca-certificates.crt");
        if (!bundle.exists()) return;
        const auto all = Poco::Crypto::X509Certificate::readPEM(bundle.path());
        CPPUNIT_ASSERT(!all.empty());
        const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check(
            X509_STORE_CTX_new(), &X509_STORE_CTX_free);
        const SmtpTlsContext context("");
        X509* root = const_cast<X509*>(all.front().certificate());
        X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(context.native()), root, nullptr);
        X509_STORE_CTX_set_flags(check.get(), X509_V_FLAG_NO_CHECK_TIME);
        CPPUNIT_ASSERT_EQUAL(1, X509_verify_cert(check.get()));
    }

    void aServerWithoutTls() {
        SmtpServer server;
        const string end = ending(settings(server, SmtpSecurity::tls));
        CPPUNIT_ASSERT_MESSAGE(
            end, end.ends_with("TLS: the server does not speak TLS here: \"220 test ESMTP\""));
        CPPUNIT_ASSERT_MESSAGE(end, end.starts_with("TryAgain service: "));
    }

    void aServerThatStopsInTheHandshake() {
        for (const string& reply : {""s, "\x16\x03\x03"s, "\x15\x03\x03\x00\x02\x02\x28"s}) {
            SmtpServer server;
            server.answer("GREETING", {reply, Then::close});
            const string end = ending(settings(server, SmtpSecurity::tls));
            CPPUNIT_ASSERT_MESSAGE(end, end.starts_with("TryAgain service: "));
        }
        SmtpServer server;
        server.answer("GREETING", {"\x16\x03\x03\x00\x40"s + string(60, 'x'), Then::goOn,
                                   std::chrono::milliseconds(50)});
        SmtpSettings used = settings(server, SmtpSecurity::tls);
        used.replyTimeout = std::chrono::milliseconds(300);
        const string end = ending(used);
        CPPUNIT_ASSERT_MESSAGE(end, end.ends_with("TLS: no answer within the time for it"));
    }

    void aFileWithoutCertificatesStopsTheStart() {
        CPPUNIT_ASSERT_THROW(SmtpTlsContext("/no/such/file"), Poco::Exception);
        SmtpSettings used;
        used.ca = "/no/such/file";
        CPPUNIT_ASSERT_THROW(SmtpSender{used}, Poco::Exception);
    }

    Certificates certificates_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpTlsTest);

}  // namespace
}  // namespace errand::mail
