// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_channel.h"

#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <Poco/Net/ServerSocket.h>

#include "mail/smtp_failure.h"
#include "tests/mail/smtp_sending.h"

namespace errand::mail {
namespace {

using std::string;
using namespace std::string_literals;
using Poco::Net::ServerSocket;
using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;
using std::chrono::steady_clock;

SmtpWait soon(std::chrono::milliseconds time = std::chrono::seconds(20)) {
    return {steady_clock::now() + time, nullptr};
}

class SmtpChannelTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmtpChannelTest);
    CPPUNIT_TEST(bytesGoBothWays);
    CPPUNIT_TEST(quietUntilSomethingComes);
    CPPUNIT_TEST(quietEndsWithTheConnection);
    CPPUNIT_TEST(theNextAddressIsTriedWhenOneRefuses);
    CPPUNIT_TEST(addressesOfNamesAndLiterals);
    CPPUNIT_TEST(aPeerThatReadsNothingDoesNotHoldAWriteForEver);
    CPPUNIT_TEST(writingToAClosedConnectionIsNoSignal);
    CPPUNIT_TEST(aCancelledContextEndsEveryWait);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { listener_ = ServerSocket(SocketAddress("127.0.0.1", 0)); }

private:
    StreamSocket connect(SmtpChannel& channel) {
        channel.connect({listener_.address()}, soon());
        return listener_.acceptConnection();
    }

    static SmtpCause causeOf(const std::function<void()>& action) {
        try {
            action();
        } catch (const SmtpTrouble& trouble) {
            return trouble.cause();
        }
        throw std::logic_error("no trouble");
    }

    void bytesGoBothWays() {
        SmtpChannel channel;
        CPPUNIT_ASSERT(!channel.open());
        StreamSocket peer = connect(channel);
        CPPUNIT_ASSERT(channel.open());
        peer.sendBytes("hello", 5);
        while (channel.unread().size() < 5) channel.read(soon());
        CPPUNIT_ASSERT_EQUAL("hello"s, string(channel.unread()));
        channel.take(2);
        CPPUNIT_ASSERT_EQUAL("llo"s, string(channel.unread()));
        channel.take(3);
        CPPUNIT_ASSERT(channel.unread().empty());
        channel.write("back", soon());
        char got[4];
        CPPUNIT_ASSERT_EQUAL(4, peer.receiveBytes(got, 4));
        CPPUNIT_ASSERT_EQUAL("back"s, string(got, 4));
        channel.close();
        CPPUNIT_ASSERT(!channel.open());
        CPPUNIT_ASSERT_EQUAL(0, peer.receiveBytes(got, 4));
    }

    void quietUntilSomethingComes() {
        SmtpChannel channel;
        CPPUNIT_ASSERT(!channel.quiet());
        StreamSocket peer = connect(channel);
        CPPUNIT_ASSERT(channel.quiet());
        peer.sendBytes("ab", 2);
        while (channel.unread().empty()) channel.read(soon());
        CPPUNIT_ASSERT(!channel.quiet());
        channel.take(channel.unread().size());
    }

    void quietEndsWithTheConnection() {
        SmtpChannel channel;
        StreamSocket peer = connect(channel);
        peer.close();
        // The end arrives at once on this machine, but when is not said.
        const auto deadline = steady_clock::now() + std::chrono::seconds(20);
        while (channel.quiet()) CPPUNIT_ASSERT(steady_clock::now() < deadline);
        CPPUNIT_ASSERT(causeOf([&] { channel.read(soon()); }) == SmtpCause::closed);
    }

    void theNextAddressIsTriedWhenOneRefuses() {
        SocketAddress nobody;
        {
            const ServerSocket free(SocketAddress("127.0.0.1", 0));
            nobody = free.address();
        }
        SmtpChannel channel;
        channel.connect({nobody, listener_.address()}, soon());
        CPPUNIT_ASSERT(channel.socket().peerAddress() == listener_.address());
        SmtpChannel other;
        try {
            other.connect({nobody, nobody}, soon());
            CPPUNIT_FAIL("connected");
        } catch (const SmtpTrouble& trouble) {
            CPPUNIT_ASSERT(trouble.cause() == SmtpCause::unreachable);
            const string refused = nobody.toString() + ": Connection refused";
            CPPUNIT_ASSERT_EQUAL(refused + "; " + refused, string(trouble.what()));
        }
        CPPUNIT_ASSERT(!other.open());
    }

    void addressesOfNamesAndLiterals() {
        CPPUNIT_ASSERT(resolveServer("127.0.0.1", 25) ==
                       std::vector{SocketAddress("127.0.0.1", 25)});
        CPPUNIT_ASSERT(resolveServer("::1", 25) == std::vector{SocketAddress("::1", 25)});
        CPPUNIT_ASSERT(!resolveServer("localhost", 25).empty());
        CPPUNIT_ASSERT(causeOf([] { resolveServer("no-such-host.invalid", 25); }) ==
                       SmtpCause::unreachable);
    }

    void aPeerThatReadsNothingDoesNotHoldAWriteForEver() {
        SmtpChannel channel;
        const StreamSocket peer = connect(channel);
        const string much(64'000'000, 'x');  // more than both sides' buffers
        CPPUNIT_ASSERT(causeOf([&] {
                           channel.write(much, soon(std::chrono::milliseconds(200)));
                       }) == SmtpCause::late);
    }

    void writingToAClosedConnectionIsNoSignal() {
        SmtpChannel channel;
        connect(channel).close();
        const auto writeOn = [&] {
            while (true) channel.write("x", soon());
        };
        CPPUNIT_ASSERT(causeOf(writeOn) == SmtpCause::closed);
    }

    void aCancelledContextEndsEveryWait() {
        SmtpChannel channel;
        const StreamSocket peer = connect(channel);
        NoCaller caller;
        rpc::Context context(mailCall(), caller);
        context.cancel();
        const SmtpWait wait{steady_clock::now() + std::chrono::minutes(10), &context};
        CPPUNIT_ASSERT_THROW(channel.read(wait), rpc::Cancelled);
        CPPUNIT_ASSERT_THROW(channel.write("x", wait), rpc::Cancelled);
    }

    ServerSocket listener_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmtpChannelTest);

}  // namespace
}  // namespace errand::mail
