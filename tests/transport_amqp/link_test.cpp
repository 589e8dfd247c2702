// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/link.h"

#include <cppunit/extensions/HelperMacros.h>

#include "broker/rabbitmq.h"
#include "broker/tcp_proxy.h"
#include "wire_ends.h"

namespace errand::transport_amqp {

using tests::RabbitMq;
using tests::TcpProxy;
using tests::Vhost;

namespace {

// Counts what the link asks of it.
class Idle : public Link::User {
public:
    void opened(Session& session) override { session.openChannel(1); }
    void heard(Session&, Event) override {}
    base::SteadyTime work(Session&, base::SteadyTime) override {
        worked.fetch_add(1);
        return base::SteadyTime::max();
    }
    void closed() noexcept override { ended.fetch_add(1); }

    std::atomic<int> worked{0};
    std::atomic<int> ended{0};
};

}  // namespace

class LinkTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LinkTest);
    CPPUNIT_TEST(connectsAndTells);
    CPPUNIT_TEST(failureIsTroubleWithoutThePassword);
    CPPUNIT_TEST(nextBrokerOfTheListIsTriedAtOnce);
    CPPUNIT_TEST(connectsWhenTheBrokerComes);
    CPPUNIT_TEST(connectsAgainAfterTheBrokerClosed);
    CPPUNIT_TEST(connectsAgainAfterTheNetworkCut);
    CPPUNIT_TEST(wakeMakesItWork);
    CPPUNIT_TEST(closeEndsAPauseAndMayComeTwice);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { vhost_.emplace(); }
    void tearDown() override { vhost_.reset(); }

    void connectsAndTells() {
        Link link(tests::linkTo(vhost_->uri(), "node"), user_, watcher_);
        CPPUNIT_ASSERT(!link.connected());
        CPPUNIT_ASSERT(!link.trouble().empty());
        link.open();
        link.waitFirst(tests::soon());
        CPPUNIT_ASSERT(link.connected());
        CPPUNIT_ASSERT_EQUAL(std::string(), link.trouble());
        watcher_.waitConnected(1);
        CPPUNIT_ASSERT_EQUAL(std::string("node"), vhost_->waitForConnections(1)[0].clientName);
        link.close();
        CPPUNIT_ASSERT(!link.connected());
        CPPUNIT_ASSERT_EQUAL(1, user_.ended.load());
        watcher_.waitDisconnected(1);
        vhost_->waitForConnections(0);
    }

    void failureIsTroubleWithoutThePassword() {
        const std::string at = "127.0.0.1:" + std::to_string(RabbitMq::shared().port()) + '/';
        Link link(tests::linkTo("amqp://guest:secret@" + at + vhost_->name()), user_, watcher_);
        link.open();
        link.waitFirst(tests::soon());
        CPPUNIT_ASSERT(!link.connected());
        CPPUNIT_ASSERT_EQUAL(
            "amqp://guest:********@" + at + vhost_->name() + ": it refused the login of guest",
            link.trouble());
    }

    void nextBrokerOfTheListIsTriedAtOnce() {
        const std::string nobody = "amqp://127.0.0.1:" + std::to_string(tests::freePort());
        Link link(tests::linkTo(nobody + ';' + nobody + ';' + vhost_->uri()), user_, watcher_);
        link.open();
        watcher_.waitConnected(1);
        vhost_->waitForConnections(1);
        vhost_->closeConnections();
        watcher_.waitConnected(2);
    }

    void connectsWhenTheBrokerComes() {
        TcpProxy proxy(RabbitMq::shared().port());
        proxy.refuse();
        Link link(tests::linkTo(vhost_->uriAt(proxy.port())), user_, watcher_);
        link.open();
        link.waitFirst(tests::soon());
        CPPUNIT_ASSERT(!link.connected());
        proxy.forward();
        watcher_.waitConnected(1);
    }

    void connectsAgainAfterTheBrokerClosed() {
        Link link(tests::linkTo(vhost_->uri()), user_, watcher_);
        link.open();
        for (int times = 1; times <= 3; ++times) {
            watcher_.waitConnected(times);
            vhost_->waitForConnections(1);
            CPPUNIT_ASSERT_EQUAL(1, vhost_->closeConnections());
            watcher_.waitDisconnected(times);
        }
        watcher_.waitConnected(4);
        CPPUNIT_ASSERT_EQUAL(3, user_.ended.load());
    }

    void connectsAgainAfterTheNetworkCut() {
        TcpProxy proxy(RabbitMq::shared().port());
        Link link(tests::linkTo(vhost_->uriAt(proxy.port())), user_, watcher_);
        link.open();
        watcher_.waitConnected(1);
        proxy.cut();
        watcher_.waitDisconnected(1);
        watcher_.waitConnected(2);
    }

    void wakeMakesItWork() {
        Link link(tests::linkTo(vhost_->uri()), user_, watcher_);
        link.open();
        watcher_.waitConnected(1);
        const base::SteadyTime deadline = tests::soon();
        for (int i = 0; i < 100; ++i) {
            const int before = user_.worked.load();
            link.wake();
            while (user_.worked.load() == before && base::Clock::system().steady() < deadline) {
                std::this_thread::yield();
            }
            CPPUNIT_ASSERT(user_.worked.load() > before);
        }
    }

    void closeEndsAPauseAndMayComeTwice() {
        const std::string nobody = "amqp://127.0.0.1:" + std::to_string(tests::freePort());
        Link(tests::linkTo(nobody), user_, watcher_).close();  // never opened
        Link link(tests::linkTo(nobody), user_, watcher_);
        link.open();
        link.waitFirst(tests::soon());
        link.close();
        link.close();
        CPPUNIT_ASSERT_EQUAL(0, user_.ended.load());
    }

private:
    Idle user_;
    tests::Watcher watcher_;
    std::optional<Vhost> vhost_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkTest);

}  // namespace errand::transport_amqp
