// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_sender.h"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>

#include "base/worker.h"
#include "tests/mail/smtp_sending.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;
using std::chrono::steady_clock;
using Then = SmtpReaction::Then;

class SmtpSenderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpSenderTest);
    CPPUNIT_TEST(manyMessagesGoOverOneConnectionThatEndsWithQuit);
    CPPUNIT_TEST(asManyConnectionsAsThreadsAndNoMore);
    CPPUNIT_TEST(aThreadWithoutConnectionEndsWhenCancelled);
    CPPUNIT_TEST(aConnectionClosedMeanwhileIsReplaced);
    CPPUNIT_TEST(aConnectionThatSaysGoodbyeMeanwhileIsReplaced);
    CPPUNIT_TEST(aGoodbyeInReplyToAKeptConnectionIsReplacedOnce);
    CPPUNIT_TEST(aKeptConnectionThatHadEnoughMessagesIsReplacedOnce);
    CPPUNIT_TEST(aConnectionThatBreaksAfterTheMessageIsNotRepeated);
    CPPUNIT_TEST(nobodyThere);
    CPPUNIT_TEST(aServerThatResetsWhatItTookIsAway);
    CPPUNIT_TEST(noSuchName);
    CPPUNIT_TEST(aDrippingReplyEndsAtItsDeadline);
    CPPUNIT_TEST(silenceEndsAtTheTimeOfTheCall);
    CPPUNIT_TEST(aCancelledSendingEndsSoonAndDropsTheConnection);
    CPPUNIT_TEST(afterTheFinalDotNobodyIsAskedForTheEnd);
    CPPUNIT_TEST(aRefusedMessageNeverConnects);
    CPPUNIT_TEST(hostileReplies);
    CPPUNIT_TEST_SUITE_END();

    // Cancels the context once so many commands have come; the sender's thread is the test's.
    static string endingWhenCancelled(const SmtpServer& server, std::size_t commands,
                                      steady_clock::duration& took) {
        SmtpSender sender(settingsFor(server));
        NoCaller caller;
        rpc::Context context(mailCall(), caller);
        context.begin(steady_clock::now());
        std::atomic<steady_clock::time_point> cancelled{};
        base::Worker canceller("canceller");
        canceller.start([&] {
            server.waitForCommands(commands);
            cancelled = steady_clock::now();
            context.cancel();
        });
        string end = ending(sender, sampleMessage(), context);
        canceller.join();
        took = steady_clock::now() - cancelled.load();
        return end;
    }

    void manyMessagesGoOverOneConnectionThatEndsWithQuit() {
        SmtpServer server;
        {
            SmtpSender sender(settingsFor(server));
            for (int i = 0; i < 100; ++i) CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        }
        CPPUNIT_ASSERT_EQUAL(1, server.connections());
        CPPUNIT_ASSERT_EQUAL(std::size_t{100}, server.messages().size());
        CPPUNIT_ASSERT_EQUAL("QUIT"s, server.commands().back());
    }

    void asManyConnectionsAsThreadsAndNoMore() {
        SmtpServer server;
        SmtpSettings settings = settingsFor(server);
        settings.connections = 2;
        SmtpSender sender(settings);
        std::atomic<int> sent{0};
        std::vector<std::unique_ptr<base::Worker>> threads;
        for (int i = 0; i < 6; ++i) {
            threads.push_back(std::make_unique<base::Worker>("sender"));
            threads.back()->start([&] {
                for (int j = 0; j < 50; ++j) sent += ending(sender) == "sent";
            });
        }
        for (const auto& thread : threads) thread->join();
        CPPUNIT_ASSERT_EQUAL(300, sent.load());
        CPPUNIT_ASSERT(server.connections() <= 2);
        CPPUNIT_ASSERT_EQUAL(std::size_t{300}, server.messages().size());
    }

    void aThreadWithoutConnectionEndsWhenCancelled() {
        SmtpServer server;
        SmtpSettings settings = settingsFor(server);
        settings.connections = 1;
        SmtpSender sender(settings);
        server.answer("GREETING", {"", Then::hang});
        NoCaller caller;
        rpc::Context first(mailCall(), caller);
        first.begin(steady_clock::now());
        base::Worker holder("holder");
        string held;
        holder.start([&] { held = ending(sender, sampleMessage(), first); });
        while (server.connections() == 0) std::this_thread::yield();
        rpc::Context second(mailCall(), caller);
        second.begin(steady_clock::now());
        second.cancel();
        CPPUNIT_ASSERT_EQUAL("Cancelled"s, ending(sender, sampleMessage(), second));
        first.cancel();
        holder.join();
        CPPUNIT_ASSERT_EQUAL("Cancelled"s, held);
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
    }

    void aConnectionClosedMeanwhileIsReplaced() {
        SmtpServer server;
        SmtpSender sender(settingsFor(server));
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        server.closeAll();
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL(2, server.connections());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, server.messages().size());
    }

    void aConnectionThatSaysGoodbyeMeanwhileIsReplaced() {
        SmtpServer server;
        SmtpSender sender(settingsFor(server));
        server.answer("TEXT", {"250 2.0.0 taken\r\n421 4.4.2 idle for too long\r\n", Then::close});
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        server.closeAll();
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL(2, server.connections());
    }

    void aGoodbyeInReplyToAKeptConnectionIsReplacedOnce() {
        for (const char* command : {"MAIL", "RCPT", "DATA"}) {
            SmtpServer server;
            SmtpSender sender(settingsFor(server));
            CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
            server.answer(command, {"421 4.7.0 enough\r\n", Then::close});
            CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
            CPPUNIT_ASSERT_EQUAL(2, server.connections());
            server.answer(command, {"421 4.7.0 enough\r\n", Then::close});
            server.answer(command, {"421 4.7.0 no more\r\n", Then::close});
            const string end = ending(sender);
            CPPUNIT_ASSERT_MESSAGE(end, end.starts_with("TryAgain service: "));
            CPPUNIT_ASSERT_MESSAGE(end, end.ends_with("421 4.7.0 no more"));
            CPPUNIT_ASSERT_EQUAL(3, server.connections());
        }
    }

    void aKeptConnectionThatHadEnoughMessagesIsReplacedOnce() {
        SmtpServer server;
        SmtpSender sender(settingsFor(server));
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        server.answer("MAIL", "452 4.5.3 too many messages on this connection\r\n");
        CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
        CPPUNIT_ASSERT_EQUAL(2, server.connections());
        server.answer("MAIL", "452 4.3.1 too full\r\n");
        server.answer("MAIL", "452 4.3.1 still too full\r\n");
        const string end = ending(sender);
        CPPUNIT_ASSERT_MESSAGE(end, end.starts_with("TryAgain service: "));
        CPPUNIT_ASSERT_MESSAGE(end, end.ends_with("452 4.3.1 still too full"));
    }

    void aConnectionThatBreaksAfterTheMessageIsNotRepeated() {
        for (const char* reply : {"", "25", "421 4.3.2 shutting down\r\n"}) {
            SmtpServer server;
            SmtpSender sender(settingsFor(server));
            CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
            server.answer("TEXT", {reply, Then::close});
            const string end = ending(sender);
            const bool goodbye = string(reply).starts_with("421");
            CPPUNIT_ASSERT_MESSAGE(
                end, end.starts_with(goodbye ? "TryAgain service: " : "TryAgain job: "));
            if (!goodbye) CPPUNIT_ASSERT(end.ends_with("the server closed the connection"));
            CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{2}, countCommands(server, "MAIL"));
            CPPUNIT_ASSERT_EQUAL(1, server.connections());
        }
    }

    void nobodyThere() {
        SmtpSettings settings;
        settings.host = "127.0.0.1";
        settings.security = SmtpSecurity::none;
        {
            const Poco::Net::ServerSocket free(Poco::Net::SocketAddress("127.0.0.1", 0));
            settings.port = free.address().port();
        }
        const string where = "127.0.0.1:" + std::to_string(settings.port);
        CPPUNIT_ASSERT_EQUAL("TryAgain service: SMTP server " + where + ", connection: " + where +
                                 ": Connection refused",
                             ending(settings));
    }

    // As a proxy does that has no server behind it. The reset may come at any step.
    void aServerThatResetsWhatItTookIsAway() {
        constexpr int times = 200;
        Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0), times);
        base::Worker resetter("resetter");
        resetter.start([&] {
            for (int i = 0; i < times; ++i) listener.acceptConnection().setLinger(true, 0);
        });
        const SmtpServer unused;
        SmtpSettings settings = settingsFor(unused);
        settings.port = listener.address().port();
        SmtpSender sender(settings);
        for (int i = 0; i < times; ++i) {
            const string end = ending(sender);
            CPPUNIT_ASSERT_MESSAGE(end, end.starts_with("TryAgain service: "));
        }
        resetter.join();
    }

    void noSuchName() {
        SmtpSettings settings;
        settings.host = "no-such-host.invalid";
        settings.security = SmtpSecurity::none;
        const string end = ending(settings);
        CPPUNIT_ASSERT_MESSAGE(
            end, end.starts_with("TryAgain service: SMTP server no-such-host.invalid:587, name: "));
    }

    void aDrippingReplyEndsAtItsDeadline() {
        SmtpServer server;
        // It would take 50 s; each byte by itself comes in time.
        server.answer("EHLO", {"250 " + string(1000, 'x') + "\r\n", Then::goOn,
                               std::chrono::milliseconds(50)});
        SmtpSettings settings = settingsFor(server);
        settings.replyTimeout = std::chrono::milliseconds(300);
        const auto begin = steady_clock::now();
        const string end = ending(settings);
        CPPUNIT_ASSERT_MESSAGE(end, end.ends_with("EHLO: no answer within the time for it"));
        CPPUNIT_ASSERT_MESSAGE(end, end.starts_with("TryAgain service: "));
        CPPUNIT_ASSERT(steady_clock::now() - begin < std::chrono::seconds(20));
    }

    void silenceEndsAtTheTimeOfTheCall() {
        for (const char* step : {"GREETING", "MAIL", "TEXT"}) {
            SmtpServer server;
            server.answer(step, {"", Then::hang});
            SmtpSettings settings = settingsFor(server);
            settings.replyTimeout = settings.dataTimeout = std::chrono::minutes(10);
            SmtpSender sender(settings);
            NoCaller caller;
            // Generous enough to come so far.
            rpc::Context context(mailCall(std::chrono::milliseconds(1500)), caller);
            context.begin(steady_clock::now());
            const string end = ending(sender, sampleMessage(), context);
            CPPUNIT_ASSERT_MESSAGE(end, end.ends_with("no answer within the time for it"));
            const bool job = string(step) != "GREETING";
            CPPUNIT_ASSERT_MESSAGE(end,
                                   end.starts_with(job ? "TryAgain job: " : "TryAgain service: "));
        }
    }

    void aCancelledSendingEndsSoonAndDropsTheConnection() {
        const std::vector<std::pair<string, std::size_t>> steps{{"EHLO", 1}, {"DATA", 4}};
        for (const auto& [step, commands] : steps) {
            SmtpServer server;
            server.answer(step, {"", Then::hang});
            steady_clock::duration took{};
            CPPUNIT_ASSERT_EQUAL("Cancelled"s, endingWhenCancelled(server, commands, took));
            CPPUNIT_ASSERT(took < std::chrono::seconds(10));  // 0.1 on an idle machine
            CPPUNIT_ASSERT_EQUAL(std::ptrdiff_t{0}, countCommands(server, "RSET"));
            CPPUNIT_ASSERT(server.messages().empty());
        }
    }

    void afterTheFinalDotNobodyIsAskedForTheEnd() {
        SmtpServer server;
        server.answer("TEXT", {"250 2.0.0 taken\r\n", Then::goOn, std::chrono::milliseconds(20)});
        steady_clock::duration took{};
        CPPUNIT_ASSERT_EQUAL("sent"s, endingWhenCancelled(server, 5, took));
    }

    void aRefusedMessageNeverConnects() {
        SmtpServer server;
        SmtpSender sender(settingsFor(server));
        Message message = sampleMessage();
        message.to.address = "a@b.c>\r\nRCPT TO:<x@y.z";
        CPPUNIT_ASSERT_EQUAL("Error ValueError: To must be one plain mailbox"s,
                             ending(sender, message));
        CPPUNIT_ASSERT_EQUAL(0, server.connections());
    }

    void hostileReplies() {
        string lines;
        for (int i = 0; i < 10'000; ++i) lines += "250-line\r\n";
        const std::vector<string> replies{"250 " + string(64 * 1024, 'x') + "\r\n", lines,
                                          "no code at all\r\n", "2\r\n", string(20'000, '\0')};
        for (const string& reply : replies) {
            for (const char* step : {"GREETING", "EHLO", "MAIL", "RCPT", "TEXT"}) {
                SmtpServer server;
                server.answer(step, {reply, Then::close});
                SmtpSender sender(settingsFor(server));
                const string end = ending(sender);
                CPPUNIT_ASSERT_MESSAGE(end, end.starts_with("TryAgain "));
                CPPUNIT_ASSERT_MESSAGE(end, end.size() < 300);
                CPPUNIT_ASSERT_EQUAL("sent"s, ending(sender));
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpSenderTest);

}  // namespace
}  // namespace errand::mail
