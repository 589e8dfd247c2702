// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_session.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "mail/smtp_failure.h"
#include "tests/mail/certificates.h"
#include "tests/mail/smtp_sending.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;
using Then = SmtpReaction::Then;

class SmtpSessionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpSessionTest);
    CPPUNIT_TEST(startTlsIsFollowedByAnotherEhlo);
    CPPUNIT_TEST(whatWasOfferedBeforeTlsCountsNoMore);
    CPPUNIT_TEST(aServerWithoutStartTlsIsNotSpokenToInTheClear);
    CPPUNIT_TEST(aRefusedStartTlsIsNotPassedOver);
    CPPUNIT_TEST(repliesPutInFrontOfTlsAreRefused);
    CPPUNIT_TEST(oldServersGetHelo);
    CPPUNIT_TEST(heloIsNoWayAroundTlsOrLogin);
    CPPUNIT_TEST(greetingsThatAreNone);
    CPPUNIT_TEST(withoutANameItCallsItselfByTheMachinesOrItsAddress);
    CPPUNIT_TEST(aSessionIsIdleOnlyWhenTheServerKnowsItsState);
    CPPUNIT_TEST(aRefusedResetCostsTheConnection);
    CPPUNIT_TEST_SUITE_END();

    SmtpSettings startTls(const SmtpServer& server) const {
        SmtpSettings settings = settingsFor(server);
        settings.security = SmtpSecurity::starttls;
        settings.ca = certificates_.ca();
        return settings;
    }

    static void assertService(const string& text, const string& end) {
        CPPUNIT_ASSERT_MESSAGE(end, end.starts_with("TryAgain service: "));
        CPPUNIT_ASSERT_MESSAGE(end, end.ends_with(text));
    }

    void startTlsIsFollowedByAnotherEhlo() {
        SmtpServer server({{"PIPELINING"}, certificates_.make(), false});
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(startTls(server)));
        const std::vector<string> commands = server.commands();
        CPPUNIT_ASSERT_EQUAL("EHLO client.example.org"s, commands.at(0));
        CPPUNIT_ASSERT_EQUAL("STARTTLS"s, commands.at(1));
        CPPUNIT_ASSERT_EQUAL("EHLO client.example.org"s, commands.at(2));
    }

    void whatWasOfferedBeforeTlsCountsNoMore() {
        SmtpServer server({{}, certificates_.make(), false});
        server.answer("EHLO", "250-test\r\n250-AUTH PLAIN\r\n250-SIZE 1\r\n250 STARTTLS\r\n");
        SmtpSettings settings = startTls(server);
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(settings));
        server.answer("EHLO", "250-test\r\n250-AUTH PLAIN\r\n250 STARTTLS\r\n");
        settings.username = "errand";
        assertService("the server offers no login that is known here (PLAIN or LOGIN)",
                      ending(settings));
    }

    void aServerWithoutStartTlsIsNotSpokenToInTheClear() {
        SmtpServer server({{"PIPELINING", "AUTH PLAIN"}, "", false});
        SmtpSettings settings = startTls(server);
        settings.username = "errand";
        settings.password = "secret";
        assertService(", STARTTLS: the server does not offer STARTTLS", ending(settings));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, server.commands().size());  // EHLO
    }

    void aRefusedStartTlsIsNotPassedOver() {
        for (const char* reply : {"454 4.7.0 not now", "501 5.5.4 no", "354 hm"}) {
            SmtpServer server({{}, certificates_.make(), false});
            server.answer("STARTTLS", reply + "\r\n"s);
            assertService(reply, ending(startTls(server)));
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, server.commands().size());
        }
    }

    void repliesPutInFrontOfTlsAreRefused() {
        SmtpServer server({{}, certificates_.make(), false});
        server.answer("STARTTLS", "220 go on\r\n250-injected\r\n250 AUTH PLAIN\r\n");
        assertService(", STARTTLS: the server sent more in the clear after STARTTLS",
                      ending(startTls(server)));
        // What stands before the reply to STARTTLS leaves that reply where TLS should begin.
        server.answer("EHLO", "250-test\r\n250 STARTTLS\r\n220 injected\r\n");
        const string end = ending(startTls(server));
        CPPUNIT_ASSERT_MESSAGE(end, end.starts_with("TryAgain service: "));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{0}, countCommands(server, "MAIL"));
    }

    void oldServersGetHelo() {
        SmtpServer server;
        server.answer("EHLO", "502 5.5.1 what?\r\n");
        SmtpSender sender(settingsFor(server));
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL("HELO client.example.org"s, server.commands().at(1));
        CPPUNIT_ASSERT_EQUAL("MAIL FROM:<errand@example.org>"s, server.commands().at(2));
    }

    void heloIsNoWayAroundTlsOrLogin() {
        SmtpServer server({{}, certificates_.make(), false});
        server.answer("EHLO", "502 5.5.1 what?\r\n");
        assertService(", EHLO: 502 5.5.1 what?", ending(startTls(server)));
        server.answer("EHLO", "502 5.5.1 what?\r\n");
        SmtpSettings settings = settingsFor(server);
        settings.username = "errand";
        assertService(", EHLO: 502 5.5.1 what?", ending(settings));
        server.answer("EHLO", "450 4.3.2 busy\r\n");
        assertService(", EHLO: 450 4.3.2 busy", ending(settingsFor(server)));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{0}, countCommands(server, "HELO"));
    }

    void greetingsThatAreNone() {
        SmtpServer server;
        server.answer("GREETING", {"554 5.7.1 you are blocked\r\n", Then::close});
        assertService(", greeting: 554 5.7.1 you are blocked", ending(settingsFor(server)));
        server.answer("GREETING", {"421 too busy\r\n", Then::close});
        assertService(", greeting: 421 too busy", ending(settingsFor(server)));
        server.answer("GREETING", {"SSH-2.0-OpenSSH_9.2\r\n", Then::close});
        assertService(", greeting: what came is not SMTP: \"SSH-2.0-OpenSSH_9.2\"",
                      ending(settingsFor(server)));
        server.answer("GREETING", {"", Then::close});
        assertService(", greeting: the server closed the connection", ending(settingsFor(server)));
    }

    void withoutANameItCallsItselfByTheMachinesOrItsAddress() {
        SmtpServer server;
        SmtpSettings settings = settingsFor(server);
        settings.helo.clear();
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(settings));
        const string hello = server.commands().front();
        CPPUNIT_ASSERT_MESSAGE(hello, hello.find('.') != string::npos);
        settings.helo = "[192.0.2.1]";
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(settings));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, countCommands(server, "EHLO [192.0.2.1]"));
    }

    void aSessionIsIdleOnlyWhenTheServerKnowsItsState() {
        SmtpServer server;
        const SmtpSettings settings = settingsFor(server);
        const SmtpTlsContext tls("");
        SmtpSession session(settings, tls);
        CPPUNIT_ASSERT(!session.idle());
        SmtpWatch nobody;
        session.open(SmtpPatience(), nobody);
        CPPUNIT_ASSERT(session.idle() && session.alive());
        const SmtpMail mail = prepare(sampleMessage());
        session.send(mail, SmtpPatience());
        CPPUNIT_ASSERT(session.idle() && session.alive());
        server.answer("TEXT", "552 5.2.2 full\r\n");
        CPPUNIT_ASSERT_THROW(session.send(mail, SmtpPatience()), SmtpTrouble);
        CPPUNIT_ASSERT(session.idle() && session.alive());
        CPPUNIT_ASSERT(session.stage() == SmtpStage::contents);
        server.answer("TEXT", {"", Then::close});
        CPPUNIT_ASSERT_THROW(session.send(mail, SmtpPatience()), SmtpTrouble);
        CPPUNIT_ASSERT(!session.idle());
    }

    void aRefusedResetCostsTheConnection() {
        for (const SmtpReaction& reaction :
             {SmtpReaction{"502 5.5.1 what?\r\n"}, SmtpReaction{"", Then::close},
              SmtpReaction{"nonsense\r\n"}}) {
            SmtpServer server;
            SmtpSender sender(settingsFor(server));
            server.answer("TEXT", "554 5.7.1 spam\r\n");
            server.answer("RSET", reaction);
            CPPUNIT_ASSERT_EQUAL("Error SMTPDataError: 554 5.7.1 spam"s, ending(sender));
            CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
            CPPUNIT_ASSERT_EQUAL(2, server.connections());
        }
    }

    Certificates certificates_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpSessionTest);

}  // namespace
}  // namespace errand::mail
