// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/publisher.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>

#include "broker/rabbitmq.h"
#include "broker/tcp_proxy.h"
#include "wire_ends.h"

namespace errand::transport_amqp {

using tests::RabbitMq;
using tests::TcpProxy;
using tests::textMessage;
using tests::Vhost;

class PublisherTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PublisherTest);
    CPPUNIT_TEST(whatAQueueTookIsConfirmed);
    CPPUNIT_TEST(whatNobodyIsBoundByIsUnroutable);
    CPPUNIT_TEST(withoutMandatoryItIsConfirmedAndGone);
    CPPUNIT_TEST(withoutConnectionItIsLostAtOnce);
    CPPUNIT_TEST(thousandsUnderWayHaveEachItsOwnOutcome);
    CPPUNIT_TEST(likeMessagesAreToldApart);
    CPPUNIT_TEST(whatTheFullQueueRejectsIsRefused);
    CPPUNIT_TEST(whatIsUnderWayWhenTheConnectionGoesIsLost);
    CPPUNIT_TEST(whatAmqpCannotCarryIsTooLargeAlone);
    CPPUNIT_TEST(whatTheBrokerCannotCarryCostsOneConnection);
    CPPUNIT_TEST(missingExchangeIsMadeAgain);
    CPPUNIT_TEST(blockedItHoldsMessages);
    CPPUNIT_TEST(closeLetsOutWhatWasGiven);
    CPPUNIT_TEST(closeWaitsNoLongerThanItsDeadline);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        vhost_.emplace();
        watcher_.emplace();
        outcomes_.emplace();
    }
    void tearDown() override {
        RabbitMq::shared().setMostBody(RabbitMq::usualMostBody);
        publisher_.reset();
        vhost_.reset();
    }

    void whatAQueueTookIsConfirmed() {
        openBound();
        Message message = textMessage("q", "[1,2]");
        message.contentType = "application/json";
        publish(std::move(message));
        CPPUNIT_ASSERT(outcomes_->wait() == all(1, Published::confirmed));
        const auto taken = vhost_->take("q");
        CPPUNIT_ASSERT_EQUAL(std::string("[1,2]"), taken.at(0).body);
        CPPUNIT_ASSERT_EQUAL(std::string("ex"), taken[0].exchange);
        // As Nameko's: kombu always says these two.
        CPPUNIT_ASSERT_EQUAL(std::string("2"),
                             taken[0].properties.find("delivery_mode")->asDigits());
        CPPUNIT_ASSERT_EQUAL(std::string("0"), taken[0].properties.find("priority")->asDigits());
        CPPUNIT_ASSERT_EQUAL(std::string("application/json"),
                             taken[0].properties.find("content_type")->asString());
        CPPUNIT_ASSERT(taken[0].properties.find("correlation_id") == nullptr);
    }

    void whatNobodyIsBoundByIsUnroutable() {
        openBound();
        publish(textMessage("nobody"));
        CPPUNIT_ASSERT(outcomes_->wait() == all(1, Published::unroutable));
    }

    void withoutMandatoryItIsConfirmedAndGone() {
        openBound();
        publish(textMessage("nobody"), false);
        publisher_->publish(textMessage("q"), true, nullptr);
        CPPUNIT_ASSERT(outcomes_->wait() == all(1, Published::confirmed));
        vhost_->waitForMessages("q", 1);
    }

    void withoutConnectionItIsLostAtOnce() {
        open("amqp://127.0.0.1:" + std::to_string(tests::freePort()));
        publish(textMessage("q"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), outcomes_->count());
        CPPUNIT_ASSERT(outcomes_->wait() == all(1, Published::lost));
        CPPUNIT_ASSERT(!publisher_->trouble().empty());
    }

    void thousandsUnderWayHaveEachItsOwnOutcome() {
        openBound();
        constexpr std::size_t count = 10000;
        std::vector<Published> expected;
        for (std::size_t i = 0; i < count; ++i) {
            const bool lonely = i % 7 == 0;
            Message message = textMessage(lonely ? "nobody" : "q", std::to_string(i));
            message.correlationId = std::to_string(i);
            publish(std::move(message));
            expected.push_back(lonely ? Published::unroutable : Published::confirmed);
        }
        CPPUNIT_ASSERT(outcomes_->wait() == expected);
        const auto routed = std::ranges::count(expected, Published::confirmed);
        vhost_->waitForMessages("q", static_cast<int>(routed));
    }

    // Returned messages come without a number; those without a correlation id all look the same.
    void likeMessagesAreToldApart() {
        openBound();
        std::vector<Published> expected;
        for (int i = 0; i < 300; ++i) {
            const bool lonely = i % 3 != 0;
            publish(textMessage(lonely ? "nobody" : "q"));
            expected.push_back(lonely ? Published::unroutable : Published::confirmed);
        }
        CPPUNIT_ASSERT(outcomes_->wait() == expected);
    }

    void whatTheFullQueueRejectsIsRefused() {
        openBound(R"({"x-max-length":1,"x-overflow":"reject-publish"})");
        for (int i = 0; i < 3; ++i) publish(textMessage("q"));
        CPPUNIT_ASSERT(outcomes_->wait() ==
                       (std::vector{Published::confirmed, Published::refused, Published::refused}));
    }

    void whatIsUnderWayWhenTheConnectionGoesIsLost() {
        TcpProxy proxy(RabbitMq::shared().port());
        openBound("{}", vhost_->uriAt(proxy.port()));
        proxy.swallow(TcpProxy::Way::toClient);  // the messages arrive, the confirms do not
        for (int i = 0; i < 50; ++i) publish(textMessage("q"));
        vhost_->waitForMessages("q", 50);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), outcomes_->count());
        proxy.cut();
        CPPUNIT_ASSERT(outcomes_->wait() == all(50, Published::lost));
        proxy.forward();
        watcher_->waitConnected(2);
        publish(textMessage("q"));
        CPPUNIT_ASSERT(outcomes_->wait().back() == Published::confirmed);
    }

    // A short string has 255 bytes at most, the headers one frame: what is beyond must not cost the
    // connection, and with it all that is under way.
    void whatAmqpCannotCarryIsTooLargeAlone() {
        openBound();
        publish(textMessage("q"));
        publish(textMessage(std::string(256, 'k')));
        Message message = textMessage("q");
        message.correlationId = std::string(256, 'c');
        publish(std::move(message));
        message = textMessage("q");
        message.headers["h"] = '"' + std::string(200000, 'h') + '"';
        publish(std::move(message));
        message = textMessage("q");
        message.headers["h"] = '"' + std::string(100000, 'h') + '"';
        publish(std::move(message));
        publish(textMessage(std::string(255, 'k')));
        CPPUNIT_ASSERT(
            outcomes_->wait() ==
            (std::vector{Published::confirmed, Published::unroutable, Published::tooLarge,
                         Published::tooLarge, Published::confirmed, Published::unroutable}));
        vhost_->waitForMessages("q", 2);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), vhost_->waitForConnections(1).size());
    }

    // The broker names its most by closing the channel.
    void whatTheBrokerCannotCarryCostsOneConnection() {
        constexpr std::size_t most = 100000;
        RabbitMq::shared().setMostBody(most);
        openBound();
        publish(textMessage("q", std::string(most + 1, 'x')));
        CPPUNIT_ASSERT(outcomes_->wait() == all(1, Published::tooLarge));
        watcher_->waitConnected(2);
        publish(textMessage("q", std::string(most + 1, 'x')));
        publish(textMessage("q", std::string(most, 'x')));
        CPPUNIT_ASSERT(outcomes_->wait() == (std::vector{Published::tooLarge, Published::tooLarge,
                                                         Published::confirmed}));
        // One that was away may have been configured anew.
        RabbitMq::shared().setMostBody(RabbitMq::usualMostBody);
        vhost_->waitForConnections(1);
        vhost_->closeConnections();
        watcher_->waitConnected(3);
        publish(textMessage("q", std::string(most + 1, 'x')));
        CPPUNIT_ASSERT(outcomes_->wait().back() == Published::confirmed);
    }

    void missingExchangeIsMadeAgain() {
        openBound();
        vhost_->broker().api("DELETE", "exchanges/" + vhost_->name() + "/ex");
        publish(textMessage("q"));
        CPPUNIT_ASSERT(outcomes_->wait() == all(1, Published::lost));
        watcher_->waitConnected(2);
        publish(textMessage("q"));
        CPPUNIT_ASSERT(outcomes_->wait().back() == Published::unroutable);
    }

    void blockedItHoldsMessages() {
        openBound();
        RabbitMq::shared().setMemoryAlarm(true);
        publish(textMessage("q"));  // the broker says so to whoever publishes
        const base::SteadyTime deadline = tests::soon();
        while (!publisher_->blocked() && base::Clock::system().steady() < deadline) {
            std::this_thread::yield();
        }
        const bool blocked = publisher_->blocked();
        for (int i = 0; i < 10; ++i) publish(textMessage("q"));
        const std::size_t early = outcomes_->count();
        RabbitMq::shared().setMemoryAlarm(false);
        CPPUNIT_ASSERT(blocked);
        CPPUNIT_ASSERT(early <= 1);
        CPPUNIT_ASSERT(outcomes_->wait() == all(11, Published::confirmed));
        CPPUNIT_ASSERT(!publisher_->blocked());
    }

    void closeLetsOutWhatWasGiven() {
        openBound();
        for (int i = 0; i < 1000; ++i) publish(textMessage("q"));
        publisher_->close(tests::soon());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1000), outcomes_->count());
        CPPUNIT_ASSERT(outcomes_->wait() == all(1000, Published::confirmed));
        publish(textMessage("q"));
        CPPUNIT_ASSERT(outcomes_->wait().back() == Published::lost);
        publisher_->close(tests::soon());
    }

    void closeWaitsNoLongerThanItsDeadline() {
        TcpProxy proxy(RabbitMq::shared().port());
        openBound("{}", vhost_->uriAt(proxy.port()));
        proxy.stall();
        publish(textMessage("q"));
        publisher_->close(base::Clock::system().steady() + std::chrono::milliseconds(50));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), outcomes_->count());
        CPPUNIT_ASSERT(outcomes_->wait() == all(1, Published::lost));
    }

private:
    static std::vector<Published> all(std::size_t count, Published outcome) {
        return std::vector<Published>(count, outcome);
    }

    void open(const std::string& uri) {
        publisher_.emplace(tests::linkTo(uri), "ex", *watcher_);
        publisher_->open();
        publisher_->waitFirst(tests::soon());
    }

    // With a queue "q", bound by its name.
    void openBound(const std::string& arguments = "{}", const std::string& uri = {}) {
        open(uri.empty() ? vhost_->uri() : uri);
        watcher_->waitConnected(1);
        vhost_->declareQueue("q", arguments);
        vhost_->broker().api("POST", "bindings/" + vhost_->name() + "/e/ex/q/q",
                             R"({"routing_key":"q"})");
        vhost_->waitForBinding("q", "q");
    }

    void publish(Message message, bool mandatory = true) {
        publisher_->publish(std::move(message), mandatory, outcomes_->next());
    }

    std::optional<Vhost> vhost_;
    std::optional<tests::Watcher> watcher_;
    std::optional<tests::Outcomes> outcomes_;
    std::optional<Publisher> publisher_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PublisherTest);

}  // namespace errand::transport_amqp
