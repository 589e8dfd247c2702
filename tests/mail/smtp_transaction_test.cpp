// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_transaction.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "tests/mail/decoded_message.h"
#include "tests/mail/smtp_sending.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;
using Then = SmtpReaction::Then;

class SmtpTransactionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpTransactionTest);
    CPPUNIT_TEST(dotsAreStuffedAndTheEndIsADot);
    CPPUNIT_TEST(withPipeliningAMessageIsTwoWrites);
    CPPUNIT_TEST(withoutPipeliningEachCommandWaits);
    CPPUNIT_TEST(anyContentsArriveIdentical);
    CPPUNIT_TEST(aLargeMessageArrivesWhole);
    CPPUNIT_TEST(aMessageOverTheServersSizeIsNotOffered);
    CPPUNIT_TEST(aRefusedRecipientLeavesTheConnectionGood);
    CPPUNIT_TEST(refusalsAtEveryStep);
    CPPUNIT_TEST(dataTakenThoughTheRecipientIsNotEndsInALoneDot);
    CPPUNIT_TEST(dataTakenThoughTheSenderIsNotSendsNothing);
    CPPUNIT_TEST(aRefusalStandsWhenTheServerHangsUpBehindIt);
    CPPUNIT_TEST(theFirstOfSeveralRefusalsCounts);
    CPPUNIT_TEST(aServerThatHangsUpOnTheRecipientHoldsNoOtherMail);
    CPPUNIT_TEST_SUITE_END();

    static SmtpServer::Options stepwise() { return {{"SIZE 10000000"}, "", false}; }

    void dotsAreStuffedAndTheEndIsADot() {
        const SmtpMail mail = prepare(sampleMessage(".\n..\nx.\n\n.a\n"));
        CPPUNIT_ASSERT(mail.data.ends_with("\r\n\r\n..\r\n...\r\nx.\r\n\r\n..a\r\n.\r\n"));
        // Three dots more, and the last line.
        CPPUNIT_ASSERT_EQUAL(mail.size + 3 + 3, mail.data.size());
        CPPUNIT_ASSERT_EQUAL("errand@example.org"s, mail.from);
        CPPUNIT_ASSERT_EQUAL("name@email.com"s, mail.to);
    }

    void withPipeliningAMessageIsTwoWrites() {
        SmtpServer server;
        SmtpSender sender(settingsFor(server));
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        const int before = server.writes();
        const Message message = sampleMessage();
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender, message));
        CPPUNIT_ASSERT_EQUAL(2, server.writes() - before);
        const std::vector<string> commands = server.commands();
        const string size = std::to_string(format(message).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1 + 4 + 4}, commands.size());
        CPPUNIT_ASSERT_EQUAL("EHLO client.example.org"s, commands[0]);
        CPPUNIT_ASSERT_EQUAL("MAIL FROM:<errand@example.org> SIZE=" + size, commands[5]);
        CPPUNIT_ASSERT_EQUAL("RCPT TO:<name@email.com>"s, commands[6]);
        CPPUNIT_ASSERT_EQUAL("DATA"s, commands[7]);
        CPPUNIT_ASSERT_EQUAL("."s, commands[8]);
    }

    void withoutPipeliningEachCommandWaits() {
        SmtpServer server({{}, "", false});
        SmtpSender sender(settingsFor(server));
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        const int before = server.writes();
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL(4, server.writes() - before);
        // Nor is SIZE said to a server that does not know it.
        CPPUNIT_ASSERT_EQUAL("MAIL FROM:<errand@example.org>"s, server.commands()[1]);
        CPPUNIT_ASSERT_EQUAL(1, server.connections());
    }

    void anyContentsArriveIdentical() {
        const std::vector<string> all{"plain\n",
                                      ".\n",
                                      "..\n.\n.a\n",
                                      "\n.\n\n.\n",
                                      "Grüße\n.\n日本語",
                                      "nul\0nul"s,
                                      "a\rb\r\n.\r\n",
                                      "",
                                      string(100'000, 'x') + "\n.\n",
                                      "QUIT\r\n.\r\nMAIL FROM:<a@b.c>\r\n"};
        for (const SmtpServer::Options& options : {SmtpServer::Options(), stepwise()}) {
            SmtpServer server(options);
            SmtpSender sender(settingsFor(server));
            for (const string& contents : all) {
                CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender, sampleMessage(contents)));
                const DecodedMessage got = decode(server.messages().back());
                string expected = contents;
                // As format() says: plain lines are ended.
                if (got.header("Content-Transfer-Encoding") == "7bit") {
                    expected.clear();
                    for (const char c : contents) expected += c == '\n' ? "\r\n"s : string(1, c);
                }
                CPPUNIT_ASSERT(expected == got.body);
            }
            CPPUNIT_ASSERT_EQUAL(all.size(), server.messages().size());
            CPPUNIT_ASSERT_EQUAL(1, server.connections());
        }
    }

    // More than the buffers of both sides hold.
    void aLargeMessageArrivesWhole() {
        SmtpServer server;
        SmtpSender sender(settingsFor(server));
        string contents;
        while (contents.size() < 6'000'000)
            contents += "." + std::to_string(contents.size()) + "\n";
        const Message message = sampleMessage(contents);
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender, message));
        CPPUNIT_ASSERT(format(message) == server.messages().back());
    }

    void aMessageOverTheServersSizeIsNotOffered() {
        SmtpServer server({{"PIPELINING", "SIZE 1000"}, "", false});
        SmtpSender sender(settingsFor(server));
        const Message message = sampleMessage(string(800, 'x'));
        CPPUNIT_ASSERT_EQUAL("Error SMTPDataError: the message has " +
                                 std::to_string(format(message).size()) +
                                 " bytes, and the server takes at most 1000",
                             ending(sender, message));
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, countCommands(server, "MAIL"));
        CPPUNIT_ASSERT_EQUAL(1, server.connections());
    }

    void aRefusedRecipientLeavesTheConnectionGood() {
        for (const SmtpServer::Options& options : {SmtpServer::Options(), stepwise()}) {
            SmtpServer server(options);
            SmtpSender sender(settingsFor(server));
            server.answer("RCPT", "550 5.1.1 no such user\r\n");
            // As servers do (RFC 2920, 3.2): without a recipient no text.
            if (options.extensions.size() == 2) server.answer("DATA", "503 5.5.1 no recipient\r\n");
            CPPUNIT_ASSERT_EQUAL("Error SMTPRecipientsRefused: 550 5.1.1 no such user"s,
                                 ending(sender));
            CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
            CPPUNIT_ASSERT_EQUAL(1, server.connections());
            CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, countCommands(server, "RSET"));
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, server.messages().size());
        }
    }

    void refusalsAtEveryStep() {
        struct Row {
            const char* command;
            const char* reply;
            const char* ending;
        };
        const string server_ = "SMTP server 127.0.0.1:";
        const std::vector<Row> rows{
            {"MAIL", "550 5.7.1 not you\r\n", "Error SMTPSenderRefused: 550 5.7.1 not you"},
            {"MAIL", "451 4.3.0 later\r\n", "TryAgain service: sender: 451 4.3.0 later"},
            {"MAIL", "530 5.7.0 log in\r\n", "TryAgain service: sender: 530 5.7.0 log in"},
            {"RCPT", "450 4.2.0 greylisted\r\n", "TryAgain job: recipient: 450 4.2.0 greylisted"},
            {"RCPT", "550-no\r\n550 user\r\n", "Error SMTPRecipientsRefused: 550 no user"},
            {"DATA", "451 4.3.0 no\r\n", "TryAgain job: DATA: 451 4.3.0 no"},
            {"DATA", "554 5.0.0 no\r\n", "Error SMTPDataError: 554 5.0.0 no"},
            {"TEXT", "452 4.3.1 disk full\r\n", "TryAgain job: message: 452 4.3.1 disk full"},
            {"TEXT", "554 5.7.1 spam\r\n", "Error SMTPDataError: 554 5.7.1 spam"},
        };
        for (const SmtpServer::Options& options : {SmtpServer::Options(), stepwise()}) {
            SmtpServer server(options);
            SmtpSender sender(settingsFor(server));
            const string where = server_ + std::to_string(server.port()) + ", ";
            for (const Row& row : rows) {
                server.answer(row.command, row.reply);
                // A kept connection may have carried enough: then a new one is asked.
                const bool kept = options.extensions.size() != 2;
                if (kept && row.reply[0] == '4' && string(row.command) == "MAIL") {
                    server.answer(row.command, row.reply);
                }
                string got = ending(sender);
                if (const auto at = got.find(where); at != string::npos)
                    got.erase(at, where.size());
                CPPUNIT_ASSERT_EQUAL(string(row.ending), got);
            }
            CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, server.messages().size());
            // A sender refused, with its text asked for all the same, costs the connection.
            CPPUNIT_ASSERT_EQUAL(options.extensions.size() == 2 ? 4 : 2, server.connections());
        }
    }

    // Servers hold back the reply to MAIL until they have read all that came with it.
    void aServerThatHangsUpOnTheRecipientHoldsNoOtherMail() {
        for (const char* command : {"MAIL", "RCPT", "DATA"}) {
            SmtpServer server;
            SmtpSender sender(settingsFor(server));
            server.answer(command, {"", SmtpReaction::Then::close});
            const string end = ending(sender);
            CPPUNIT_ASSERT_MESSAGE(end, end.starts_with("TryAgain job: "));
            CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        }
    }

    void dataTakenThoughTheRecipientIsNotEndsInALoneDot() {
        for (const char* reply : {"554 5.5.1 no valid recipients\r\n", "250 2.0.0 whatever\r\n"}) {
            SmtpServer server;
            SmtpSender sender(settingsFor(server));
            server.answer("RCPT", "450 4.2.0 later\r\n");
            server.answer("TEXT", reply);
            CPPUNIT_ASSERT(ending(sender).starts_with("TryAgain job: "));
            CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
            const std::vector<string> commands = server.commands();
            CPPUNIT_ASSERT_EQUAL("."s, commands.at(4));
            CPPUNIT_ASSERT_EQUAL("RSET"s, commands.at(5));
            CPPUNIT_ASSERT_EQUAL(1, server.connections());
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, server.messages().size());
        }
    }

    // A lone dot might deliver an empty message to a recipient that was taken.
    void dataTakenThoughTheSenderIsNotSendsNothing() {
        SmtpServer server;
        SmtpSender sender(settingsFor(server));
        server.answer("MAIL", "550 5.7.1 not you\r\n");
        CPPUNIT_ASSERT_EQUAL("Error SMTPSenderRefused: 550 5.7.1 not you"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{1}, countCommands(server, "."));
        CPPUNIT_ASSERT_EQUAL(2, server.connections());
    }

    void aRefusalStandsWhenTheServerHangsUpBehindIt() {
        for (const SmtpServer::Options& options : {SmtpServer::Options(), stepwise()}) {
            SmtpServer server(options);
            SmtpSender sender(settingsFor(server));
            server.answer("RCPT", {"550 5.1.1 no\r\n", Then::close});
            CPPUNIT_ASSERT_EQUAL("Error SMTPRecipientsRefused: 550 5.1.1 no"s, ending(sender));
            CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
            CPPUNIT_ASSERT_EQUAL(2, server.connections());
        }
    }

    void theFirstOfSeveralRefusalsCounts() {
        SmtpServer server;
        SmtpSender sender(settingsFor(server));
        server.answer("MAIL", "553 5.1.8 the sender\r\n");
        server.answer("RCPT", "503 5.5.1 no sender\r\n");
        server.answer("DATA", "503 5.5.1 no recipient\r\n");
        CPPUNIT_ASSERT_EQUAL("Error SMTPSenderRefused: 553 5.1.8 the sender"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL(1, server.connections());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpTransactionTest);

}  // namespace
}  // namespace errand::mail
