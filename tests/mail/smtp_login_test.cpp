// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_login.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "mail/base64.h"
#include "tests/mail/decoded_message.h"
#include "tests/mail/smtp_sending.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;

class SmtpLoginTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpLoginTest);
    CPPUNIT_TEST(plainInOneCommand);
    CPPUNIT_TEST(plainForServersThatAskForTheToken);
    CPPUNIT_TEST(loginWherePlainIsNotOffered);
    CPPUNIT_TEST(noKnownLogin);
    CPPUNIT_TEST(aRefusedLoginConcernsTheService);
    CPPUNIT_TEST(repeatedSecretsAreNotPassedOn);
    CPPUNIT_TEST(noLoginInTheClearOverANetwork);
    CPPUNIT_TEST(withoutANameThereIsNoLogin);
    CPPUNIT_TEST_SUITE_END();

    static SmtpServer::Options offering(const string& logins) {
        return {{"PIPELINING", logins}, "", false};
    }

    static SmtpSettings settings(const SmtpServer& server) {
        SmtpSettings settings = settingsFor(server);
        settings.username = "errand";
        settings.password = "secr3t \xc3\xa4";
        return settings;
    }

    void plainInOneCommand() {
        SmtpServer server(offering("AUTH LOGIN PLAIN CRAM-MD5"));
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(settings(server)));
        const string command = server.commands().at(1);
        CPPUNIT_ASSERT(command.starts_with("AUTH PLAIN "));
        CPPUNIT_ASSERT_EQUAL("\0errand\0secr3t \xc3\xa4"s, decodeBase64(command.substr(11)));
    }

    void plainForServersThatAskForTheToken() {
        SmtpServer server(offering("AUTH PLAIN"));
        server.answer("AUTH", "334 \r\n");
        server.answer("LINE", "235 2.7.0 welcome\r\n");
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(settings(server)));
        CPPUNIT_ASSERT_EQUAL("AUTH PLAIN " + server.commands().at(2), server.commands().at(1));
    }

    void loginWherePlainIsNotOffered() {
        for (const char* offer : {"AUTH LOGIN", "AUTH=LOGIN"}) {
            SmtpServer server(offering(offer));
            CPPUNIT_ASSERT_EQUAL("sent"s, ending(settings(server)));
            CPPUNIT_ASSERT_EQUAL("AUTH LOGIN"s, server.commands().at(1));
            CPPUNIT_ASSERT_EQUAL("ZXJyYW5k"s, server.commands().at(2));
            CPPUNIT_ASSERT_EQUAL("secr3t \xc3\xa4"s, decodeBase64(server.commands().at(3)));
        }
    }

    void noKnownLogin() {
        for (const char* offer : {"AUTH CRAM-MD5 XOAUTH2", "8BITMIME"}) {
            SmtpServer server(offering(offer));
            const string end = ending(settings(server));
            CPPUNIT_ASSERT_MESSAGE(end, end.starts_with("TryAgain service: "));
            CPPUNIT_ASSERT_MESSAGE(
                end, end.ends_with("login: the server offers no login that is known here (PLAIN "
                                   "or LOGIN)"));
            CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{0}, countCommands(server, "AUTH"));
            CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{0}, countCommands(server, "MAIL"));
        }
    }

    void aRefusedLoginConcernsTheService() {
        const std::vector<string> replies{"535 5.7.8 wrong\r\n", "454 4.7.0 later\r\n",
                                          "421 4.7.0 go away\r\n", "504 5.5.4 what?\r\n"};
        for (const string& reply : replies) {
            for (const char* logins : {"AUTH PLAIN", "AUTH LOGIN"}) {
                SmtpServer server(offering(logins));
                server.answer(string(logins).ends_with("LOGIN") ? "LINE" : "AUTH", reply);
                const string end = ending(settings(server));
                const string words = reply.substr(0, reply.size() - 2);
                CPPUNIT_ASSERT_MESSAGE(end, end.starts_with("TryAgain service: "));
                CPPUNIT_ASSERT_MESSAGE(end, end.ends_with(", login: " + words));
            }
        }
    }

    void repeatedSecretsAreNotPassedOn() {
        const SmtpServer unused;
        const SmtpSettings used = settings(unused);
        const string token = base64("\0errand\0"s + used.password);
        for (const string& secret :
             {used.password, base64(used.password), base64(used.username), token}) {
            SmtpServer server(offering("AUTH PLAIN"));
            server.answer("AUTH", "535 5.7.8 I do not know " + secret + "\r\n");
            const string end = ending(settings(server));
            CPPUNIT_ASSERT_MESSAGE(end, end.ends_with(", login: 535"));
            server.answer("AUTH", "535-5.7.8 bad\r\n535 AUTH PLAIN " + secret + "\r\n");
            const string again = ending(settings(server));
            CPPUNIT_ASSERT_MESSAGE(again, again.ends_with(", login: 535"));
            // A piece of it would help to guess the rest; and not every reply is a refusal.
            server.answer("AUTH", "535 5.7.8 what is " + secret.substr(1, 6) + "...?\r\n");
            CPPUNIT_ASSERT(ending(settings(server)).ends_with(", login: 535"));
            server.answer("AUTH", "421 4.7.0 " + secret + "\r\n");
            CPPUNIT_ASSERT(ending(settings(server)).ends_with(", login: 421"));
            server.answer("AUTH", "AUTH PLAIN " + secret + "\r\n");
            CPPUNIT_ASSERT(ending(settings(server)).ends_with("to the login is not SMTP"));
        }
    }

    // The configuration is refused before; here the code holds by itself. The dialogue is never
    // connected: the check comes before any byte.
    void noLoginInTheClearOverANetwork() {
        const SmtpServer server;
        SmtpSettings used = settings(server);
        used.host = "mail.example.org";
        SmtpDialog dialog(used);
        SmtpExtensions extensions;
        extensions.authPlain = true;
        try {
            logIn(dialog, extensions, SmtpPatience());
            CPPUNIT_FAIL("logged in");
        } catch (const SmtpTrouble& trouble) {
            CPPUNIT_ASSERT(trouble.cause() == SmtpCause::notOffered);
            CPPUNIT_ASSERT_EQUAL("no password goes over the network in the clear"s,
                                 string(trouble.what()));
        }
    }

    void withoutANameThereIsNoLogin() {
        SmtpServer server(offering("AUTH PLAIN"));
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(settingsFor(server)));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{0}, countCommands(server, "AUTH"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpLoginTest);

}  // namespace
}  // namespace errand::mail
