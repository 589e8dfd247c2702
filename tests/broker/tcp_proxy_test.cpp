// SPDX-License-Identifier: Apache-2.0
#include "broker/tcp_proxy.h"

#include <cppunit/extensions/HelperMacros.h>

#include <memory>

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>

namespace errand::tests {

namespace {

namespace net = Poco::Net;

std::string receive(net::StreamSocket& socket) {
    char buffer[1024];
    const int size = socket.receiveBytes(buffer, sizeof(buffer));
    return {buffer, static_cast<std::size_t>(size)};
}

}  // namespace

class TcpProxyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TcpProxyTest);
    CPPUNIT_TEST(bytesAndEndsPassBothWays);
    CPPUNIT_TEST(cutResetsBothSides);
    CPPUNIT_TEST(refusesUntilToldToForward);
    CPPUNIT_TEST(stalledBytesArriveLater);
    CPPUNIT_TEST(swallowedBytesAndEndsAreLost);
    CPPUNIT_TEST(oneWayMayBeSwallowedAlone);
    CPPUNIT_TEST(delayedBytesTakeTheirTime);
    CPPUNIT_TEST(serverThatIsAwayIsAReset);
    CPPUNIT_TEST_SUITE_END();

    net::ServerSocket listener_;
    std::unique_ptr<TcpProxy> proxy_;
    net::StreamSocket client_;
    net::StreamSocket server_;

    net::SocketAddress address() const {
        return {"127.0.0.1", static_cast<Poco::UInt16>(proxy_->port())};
    }

    void connect() {
        client_ = net::StreamSocket(address());
        server_ = listener_.acceptConnection();
        for (net::StreamSocket* socket : {&client_, &server_}) {
            socket->setReceiveTimeout(Poco::Timespan(20, 0));
        }
    }

    void expectPassing() {
        client_.sendBytes("to server", 9);
        CPPUNIT_ASSERT_EQUAL(std::string("to server"), receive(server_));
        server_.sendBytes("to client", 9);
        CPPUNIT_ASSERT_EQUAL(std::string("to client"), receive(client_));
    }

public:
    void setUp() override {
        listener_ = net::ServerSocket(net::SocketAddress("127.0.0.1", 0));
        proxy_ = std::make_unique<TcpProxy>(listener_.address().port());
        connect();
    }

    void tearDown() override { proxy_.reset(); }

    void bytesAndEndsPassBothWays() {
        expectPassing();
        client_.shutdownSend();
        CPPUNIT_ASSERT_EQUAL(std::string(), receive(server_));
        server_.sendBytes("last", 4);
        server_.shutdownSend();
        CPPUNIT_ASSERT_EQUAL(std::string("last"), receive(client_));
        CPPUNIT_ASSERT_EQUAL(std::string(), receive(client_));
        proxy_->waitForConnections(0);
    }

    void cutResetsBothSides() {
        proxy_->waitForConnections(1);
        proxy_->cut();
        CPPUNIT_ASSERT_THROW(receive(client_), net::ConnectionResetException);
        CPPUNIT_ASSERT_THROW(receive(server_), net::ConnectionResetException);
        connect();
        expectPassing();
    }

    void refusesUntilToldToForward() {
        proxy_->waitForConnections(1);
        proxy_->refuse();
        CPPUNIT_ASSERT_THROW(net::StreamSocket{address()}, net::ConnectionRefusedException);
        expectPassing();
        proxy_->forward();
        connect();
        expectPassing();
    }

    void stalledBytesArriveLater() {
        expectPassing();
        proxy_->stall();
        client_.sendBytes("later", 5);
        CPPUNIT_ASSERT(!server_.poll(Poco::Timespan(0, 100000), net::Socket::SELECT_READ));
        proxy_->forward();
        CPPUNIT_ASSERT_EQUAL(std::string("later"), receive(server_));
    }

    void swallowedBytesAndEndsAreLost() {
        expectPassing();
        proxy_->swallow();
        client_.sendBytes("lost", 4);
        client_.close();
        CPPUNIT_ASSERT(!server_.poll(Poco::Timespan(0, 100000), net::Socket::SELECT_READ));
        proxy_->forward();
        net::StreamSocket deaf = server_;
        connect();
        expectPassing();
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), proxy_->connections());
        proxy_->cut();
        CPPUNIT_ASSERT_THROW(receive(deaf), net::ConnectionResetException);
    }

    void oneWayMayBeSwallowedAlone() {
        proxy_->swallow(TcpProxy::Way::toClient);
        connect();
        client_.sendBytes("heard", 5);
        CPPUNIT_ASSERT_EQUAL(std::string("heard"), receive(server_));
        server_.sendBytes("lost", 4);
        CPPUNIT_ASSERT(!client_.poll(Poco::Timespan(0, 100000), net::Socket::SELECT_READ));
    }

    void delayedBytesTakeTheirTime() {
        proxy_->delay(std::chrono::milliseconds(200));
        const auto begin = std::chrono::steady_clock::now();
        expectPassing();
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(400));
    }

    void serverThatIsAwayIsAReset() {
        listener_.close();
        net::StreamSocket client(address());
        CPPUNIT_ASSERT_THROW(receive(client), net::ConnectionResetException);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TcpProxyTest);

}  // namespace errand::tests
