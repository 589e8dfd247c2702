// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_check.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "tests/mail/certificates.h"
#include "tests/mail/smtp_sending.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;
using Then = SmtpReaction::Then;

class SmtpCheckTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpCheckTest);
    CPPUNIT_TEST(everyStepInItsOrder);
    CPPUNIT_TEST(tlsFromTheFirstByte);
    CPPUNIT_TEST(theFirstStepThatFailsIsTheLast);
    CPPUNIT_TEST(hintsForTls);
    CPPUNIT_TEST(hintsForAServerThatOnlySpeaksTls);
    CPPUNIT_TEST(hintsForRefusals);
    CPPUNIT_TEST(settingsAndMessagesThatCannotBe);
    CPPUNIT_TEST_SUITE_END();

    // "+ WHAT: SAID" for each step that passed, "- ..." for the one that did not.
    static std::vector<string> check(const SmtpSettings& settings,
                                     const Message& message = sampleMessage()) {
        std::vector<string> steps;
        const bool passed = checkSmtp(settings, message, [&](const SmtpStep& step) {
            steps.push_back((step.passed ? "+ " : "- ") + step.what + ": " + step.said);
        });
        CPPUNIT_ASSERT_EQUAL(passed, steps.back().starts_with("+ "));
        return steps;
    }

    static void assertLast(const string& begin, const string& end, const SmtpSettings& settings) {
        const string last = check(settings).back();
        CPPUNIT_ASSERT_MESSAGE(last, last.starts_with(begin));
        CPPUNIT_ASSERT_MESSAGE(last, last.ends_with(end));
    }

    SmtpSettings settings(const SmtpServer& server, SmtpSecurity security) const {
        SmtpSettings settings = settingsFor(server);
        settings.security = security;
        settings.ca = certificates_.ca();
        return settings;
    }

    void everyStepInItsOrder() {
        SmtpServer server({{"PIPELINING", "AUTH PLAIN"}, certificates_.make(), false});
        SmtpSettings used = settings(server, SmtpSecurity::starttls);
        used.username = "errand";
        used.password = "secret";
        const std::vector<string> steps = check(used);
        const string port = std::to_string(server.port());
        CPPUNIT_ASSERT_EQUAL(std::size_t{10}, steps.size());
        CPPUNIT_ASSERT_EQUAL("+ resolve 127.0.0.1: 127.0.0.1"s, steps[0]);
        CPPUNIT_ASSERT_EQUAL("+ connect to port " + port + ": connected to 127.0.0.1:" + port,
                             steps[1]);
        CPPUNIT_ASSERT_EQUAL("+ greeting: 220 test ESMTP"s, steps[2]);
        CPPUNIT_ASSERT_EQUAL("+ EHLO: 250 test PIPELINING AUTH PLAIN STARTTLS"s, steps[3]);
        CPPUNIT_ASSERT_MESSAGE(
            steps[4], steps[4].starts_with("+ STARTTLS: TLSv1.3, certificate of CN=Test Server, "
                                           "issued by CN=Test Authority, valid until 20"));
        CPPUNIT_ASSERT_EQUAL("+ EHLO: 250 test PIPELINING AUTH PLAIN"s, steps[5]);
        CPPUNIT_ASSERT_EQUAL("+ log in as errand: with PLAIN"s, steps[6]);
        CPPUNIT_ASSERT_EQUAL("+ sender errand@example.org: 250 2.0.0 ok"s, steps[7]);
        CPPUNIT_ASSERT_EQUAL("+ recipient name@email.com: 250 2.0.0 ok"s, steps[8]);
        CPPUNIT_ASSERT_EQUAL("+ message: 250 2.0.0 taken"s, steps[9]);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, server.messages().size());
        CPPUNIT_ASSERT_EQUAL("QUIT"s, server.commands().back());
    }

    void tlsFromTheFirstByte() {
        SmtpServer server({{}, certificates_.make(), true});
        const std::vector<string> steps = check(settings(server, SmtpSecurity::tls));
        CPPUNIT_ASSERT_EQUAL(std::size_t{8}, steps.size());
        CPPUNIT_ASSERT(steps[2].starts_with("+ TLS: TLSv1.3, certificate of "));
        CPPUNIT_ASSERT(steps[3].starts_with("+ greeting: "));
    }

    void theFirstStepThatFailsIsTheLast() {
        SmtpServer server;
        server.answer("RCPT", "450 4.2.0 greylisted\r\n");
        const std::vector<string> steps = check(settings(server, SmtpSecurity::none));
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, steps.size());
        CPPUNIT_ASSERT_EQUAL(
            "- recipient name@email.com: 450 4.2.0 greylisted; the server says it is for now only"s,
            steps.back());
        CPPUNIT_ASSERT(server.messages().empty());
        SmtpSettings nowhere = settings(server, SmtpSecurity::none);
        nowhere.host = "no-such-host.invalid";
        assertLast("- resolve no-such-host.invalid: no address is known: ", "; check smtp.host",
                   nowhere);
    }

    void hintsForTls() {
        SmtpServer plain;
        assertLast("- TLS: the server does not speak TLS here: \"220 test ESMTP\"; ",
                   "the server speaks plain SMTP here; try smtp.security=starttls, or the port for "
                   "TLS (465)",
                   settings(plain, SmtpSecurity::tls));
        assertLast("- STARTTLS: the server does not offer STARTTLS; ",
                   "smtp.security=none is for a server on your own machine or network",
                   settings(plain, SmtpSecurity::starttls));
        Certificates::Wish wish;
        wish.signedByItself = true;
        SmtpServer strange({{}, certificates_.make(wish), false});
        assertLast("- STARTTLS: the server's certificate is signed by itself, ",
                   "set smtp.ca to its certificate; smtp.host must be a name that the server's "
                   "certificate is for",
                   settings(strange, SmtpSecurity::starttls));
    }

    void hintsForAServerThatOnlySpeaksTls() {
        const string hint =
            "; the port may expect TLS from the first byte; try smtp.security=tls, or port 587";
        SmtpServer silent;
        silent.answer("GREETING", {"", Then::hang});
        SmtpSettings used = settings(silent, SmtpSecurity::starttls);
        used.replyTimeout = std::chrono::milliseconds(200);
        assertLast("- greeting: no answer within the time for it", hint, used);
        SmtpServer alert;
        alert.answer("GREETING", {"\x15\x03\x03\x00\x02\x02\x28"s, Then::close});
        assertLast("- greeting: what came is not SMTP: ", hint,
                   settings(alert, SmtpSecurity::none));
    }

    void hintsForRefusals() {
        struct Row {
            const char* command;
            const char* reply;
            const char* last;
        };
        const std::vector<Row> rows{
            {"EHLO", "550 5.7.1 a bad name", "set smtp.helo to a name the server accepts"},
            {"AUTH", "535 5.7.8 no", "check smtp.username and smtp.password"},
            {"MAIL", "530 5.7.0 first STARTTLS",
             "the server wants a login or TLS first: see smtp.username"},
            {"MAIL", "553 5.7.1 not yours", "mail.from must be an address the server sends for"},
            {"RCPT", "554 5.7.1 relay denied",
             "the server may take mail for others only after a login: see smtp.username"},
        };
        for (const Row& row : rows) {
            SmtpServer server({{"AUTH PLAIN"}, "", false});
            SmtpSettings used = settings(server, SmtpSecurity::none);
            used.username = "errand";
            used.password = "secret";
            server.answer(row.command, row.reply + "\r\n"s);
            assertLast("- ", row.reply + "; "s + row.last, used);
        }
        SmtpServer server;
        server.answer("TEXT", "554 5.7.1 spam\r\n");
        assertLast("- message: 554 5.7.1 spam", "spam", settings(server, SmtpSecurity::none));
        SmtpSettings used = settings(server, SmtpSecurity::none);
        used.username = "errand";
        assertLast("- log in as errand: the server offers no login that is known here",
                   "try smtp.security=starttls", used);
    }

    void settingsAndMessagesThatCannotBe() {
        SmtpServer server;
        Message message = sampleMessage();
        message.to.address = "nobody";
        CPPUNIT_ASSERT_EQUAL("- settings: To must be one plain mailbox"s,
                             check(settings(server, SmtpSecurity::none), message).back());
        SmtpSettings used = settings(server, SmtpSecurity::tls);
        used.ca = "/no/such/file";
        assertLast("- settings: ", "", used);
        CPPUNIT_ASSERT_EQUAL(0, server.connections());
    }

    Certificates certificates_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpCheckTest);

}  // namespace
}  // namespace errand::mail
