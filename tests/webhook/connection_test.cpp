// SPDX-License-Identifier: Apache-2.0
#include "webhook/connection.h"

#include <cppunit/extensions/HelperMacros.h>

#include <Poco/Net/ServerSocket.h>

#include <functional>

#include "base/worker.h"
#include "rpc/error.h"
#include "tests/webhook/delivering.h"

namespace errand::webhook {

using Poco::Net::ServerSocket;
using Poco::Net::SocketAddress;
using Poco::Net::StreamSocket;
using std::chrono::steady_clock;

class ConnectionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConnectionTest);
    CPPUNIT_TEST(bytesGoBothWays);
    CPPUNIT_TEST(theNextAddressIsTriedWhenOneRefuses);
    CPPUNIT_TEST(nobodyThereIsTrouble);
    CPPUNIT_TEST(aPeerThatReadsNothingDoesNotHoldAWriteForEver);
    CPPUNIT_TEST(silenceEndsAtTheDeadline);
    CPPUNIT_TEST(aShorterLimitCountsForOneRead);
    CPPUNIT_TEST(writingToAClosedConnectionIsTrouble);
    CPPUNIT_TEST(aCancelledContextEndsEveryWait);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { listener_ = ServerSocket(SocketAddress("127.0.0.1", 0)); }

private:
    Wait wait(std::chrono::milliseconds time = patience) {
        return {steady_clock::now() + time, running_.context};
    }

    static std::string troubleOf(const std::function<void()>& action) {
        try {
            action();
        } catch (const Trouble& trouble) {
            return trouble.what();
        }
        return {};
    }

    SocketAddress closedPort() {
        ServerSocket other(SocketAddress("127.0.0.1", 0));
        return other.address();
    }

    void bytesGoBothWays() {
        Connection connection(wait());
        connection.connect({listener_.address()});
        StreamSocket peer = listener_.acceptConnection();
        connection.write("hello");
        char got[5];
        CPPUNIT_ASSERT_EQUAL(5, peer.receiveBytes(got, 5));
        peer.sendBytes("back", 4);
        std::string text;
        while (text.size() < 4) CPPUNIT_ASSERT(connection.read(text));
        CPPUNIT_ASSERT_EQUAL(std::string("back"), text);
        peer.close();
        CPPUNIT_ASSERT(!connection.read(text));
    }

    void theNextAddressIsTriedWhenOneRefuses() {
        Connection connection(wait());
        connection.connect({closedPort(), listener_.address()});
        listener_.acceptConnection();
    }

    void nobodyThereIsTrouble() {
        Connection connection(wait());
        CPPUNIT_ASSERT_EQUAL(std::string("no connection: Connection refused"),
                             troubleOf([&] { connection.connect({closedPort()}); }));
    }

    void aPeerThatReadsNothingDoesNotHoldAWriteForEver() {
        Connection connection(wait(std::chrono::milliseconds(300)));
        connection.connect({listener_.address()});
        const StreamSocket peer = listener_.acceptConnection();
        // More than any buffers take.
        const std::string much(std::size_t{64} << 20, 'a');
        CPPUNIT_ASSERT_EQUAL(std::string("no answer in time"),
                             troubleOf([&] { connection.write(much); }));
    }

    void silenceEndsAtTheDeadline() {
        Connection connection(wait(std::chrono::milliseconds(200)));
        connection.connect({listener_.address()});
        std::string text;
        CPPUNIT_ASSERT_EQUAL(std::string("no answer in time"),
                             troubleOf([&] { connection.read(text); }));
    }

    void aShorterLimitCountsForOneRead() {
        Connection connection(wait());
        connection.connect({listener_.address()});
        StreamSocket peer = listener_.acceptConnection();
        std::string text;
        const auto until = steady_clock::now() + std::chrono::milliseconds(50);
        CPPUNIT_ASSERT(!troubleOf([&] { connection.read(text, until); }).empty());
        peer.sendBytes("a", 1);
        CPPUNIT_ASSERT(connection.read(text));
    }

    void writingToAClosedConnectionIsTrouble() {
        Connection connection(wait());
        connection.connect({listener_.address()});
        StreamSocket peer = listener_.acceptConnection();
        peer.setLinger(true, 0);
        peer.close();
        const std::string text = troubleOf([&] {
            for (;;) connection.write("hello");
        });
        CPPUNIT_ASSERT_MESSAGE(text, text.starts_with("the connection broke: "));
    }

    void aCancelledContextEndsEveryWait() {
        Connection connection(wait());
        connection.connect({listener_.address()});
        base::Worker canceller("canceller");
        canceller.start([this] { running_.context.cancel(); });
        std::string text;
        CPPUNIT_ASSERT_THROW(connection.read(text), rpc::Cancelled);
        canceller.join();
        Connection other(wait());
        CPPUNIT_ASSERT_THROW(other.connect({listener_.address()}), rpc::Cancelled);
    }

    ServerSocket listener_;
    Running running_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionTest);

}  // namespace errand::webhook
