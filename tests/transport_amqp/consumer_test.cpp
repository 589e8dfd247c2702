// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/consumer.h"

#include <cppunit/extensions/HelperMacros.h>

#include "broker/rabbitmq.h"
#include "broker/tcp_proxy.h"
#include "wire_ends.h"

namespace errand::transport_amqp {

using tests::Inbox;
using tests::RabbitMq;
using tests::TcpProxy;
using tests::Vhost;

class ConsumerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ConsumerTest);
    CPPUNIT_TEST(makesTheQueueAndReceives);
    CPPUNIT_TEST(consumesWhatWasAskedForBeforeTheBrokerWasThere);
    CPPUNIT_TEST(drainedIsToldOnceAllThatWaitedIsThere);
    CPPUNIT_TEST(emptyQueueIsDrainedAtOnce);
    CPPUNIT_TEST(rejectedComesAgain);
    CPPUNIT_TEST(noMoreThanThePrefetchIsHeld);
    CPPUNIT_TEST(prefetchChangesWhileItReceives);
    CPPUNIT_TEST(stoppedItGetsNoMoreAndMayAcknowledge);
    CPPUNIT_TEST(whatIsUnacknowledgedComesAgainAfterAReconnect);
    CPPUNIT_TEST(ticketOfAnEarlierConnectionIsVoid);
    CPPUNIT_TEST(deletedQueueIsMadeAgain);
    CPPUNIT_TEST(ticketOfADeletedQueueIsVoid);
    CPPUNIT_TEST(queueMadeOtherwiseIsUsedAsItIs);
    CPPUNIT_TEST(exclusiveConsumerWaitsForItsTurn);
    CPPUNIT_TEST(troubleWithOneQueueLeavesTheOthers);
    CPPUNIT_TEST(closeSendsWhatWasAcknowledged);
    CPPUNIT_TEST(bigMessageArrives);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        vhost_.emplace();
        watcher_.emplace();
        for (auto& inbox : inboxes_) inbox.emplace();
    }
    void tearDown() override {
        consumer_.reset();
        vhost_.reset();
    }

    void makesTheQueueAndReceives() {
        open();
        const int number = consume(queue("rpc-compute", "compute.*"));
        serving(number);
        CPPUNIT_ASSERT(vhost_->publish("ex", "compute.sum", "[1]", R"({"correlation_id":"c"})"));
        CPPUNIT_ASSERT(!vhost_->publish("ex", "compute.a.b", "[1]"));
        const Delivery delivery = inbox().wait(1)[0];
        CPPUNIT_ASSERT_EQUAL(std::string("compute.sum"), delivery.message.routingKey);
        CPPUNIT_ASSERT_EQUAL(std::string("ex"), delivery.message.exchange);
        CPPUNIT_ASSERT(delivery.message.correlationId == std::optional<std::string>("c"));
        CPPUNIT_ASSERT(!delivery.redelivered);
        vhost_->waitForMessages("rpc-compute", 1);
        consumer_->acknowledge(delivery.ticket);
        vhost_->waitForMessages("rpc-compute", 0);
    }

    void consumesWhatWasAskedForBeforeTheBrokerWasThere() {
        TcpProxy proxy(RabbitMq::shared().port());
        proxy.refuse();
        open(vhost_->uriAt(proxy.port()));
        const int number = consume(queue("q", "q"));
        CPPUNIT_ASSERT(!consumer_->waitServing(number, base::Clock::system().steady()));
        proxy.forward();
        serving(number);
    }

    void drainedIsToldOnceAllThatWaitedIsThere() {
        vhost_->declareQueue("q");
        for (int i = 0; i < 5; ++i) vhost_->publish("", "q", "x");
        vhost_->waitForMessages("q", 5);
        open();
        consume(queue("q", "q"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(5), inbox().waitDrained(1)[0]);
    }

    void emptyQueueIsDrainedAtOnce() {
        open();
        consume(queue("q", "q"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), inbox().waitDrained(1)[0]);
        vhost_->waitForConnections(1);
        vhost_->closeConnections();
        inbox().waitDrained(2);
    }

    void rejectedComesAgain() {
        open();
        serving(consume(queue("q", "q")));
        vhost_->publish("ex", "q", "x");
        consumer_->reject(inbox().wait(1)[0].ticket, true);
        const Delivery again = inbox().wait(2)[1];
        CPPUNIT_ASSERT(again.redelivered);
        consumer_->reject(again.ticket, false);
        vhost_->waitForMessages("q", 0);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), inbox().size());
    }

    void noMoreThanThePrefetchIsHeld() {
        open();
        Queue two = queue("q", "q");
        two.prefetch = 2;
        serving(consume(two));
        for (int i = 0; i < 5; ++i) vhost_->publish("ex", "q", std::to_string(i));
        for (std::size_t i = 0; i < 5; ++i) {
            const auto held = inbox().wait(i + 1);
            CPPUNIT_ASSERT_EQUAL(std::to_string(i), held[i].message.body);
            CPPUNIT_ASSERT(held.size() <= i + 2);
            consumer_->acknowledge(held[i].ticket);
        }
        vhost_->waitForMessages("q", 0);
    }

    void prefetchChangesWhileItReceives() {
        open();
        Queue one = queue("q", "q");
        one.prefetch = 1;
        const int number = consume(one);
        serving(number);
        for (int i = 0; i < 10; ++i) vhost_->publish("ex", "q", "x");
        inbox().wait(1);
        consumer_->setPrefetch(number, 5);
        // What the first consumer got is not the second's.
        const auto held = inbox().wait(6);
        CPPUNIT_ASSERT(held.size() <= 6);
        for (const Delivery& each : held) CPPUNIT_ASSERT(!each.redelivered);
        for (const Delivery& each : held) consumer_->acknowledge(each.ticket);
        const auto rest = inbox().wait(10);
        for (std::size_t i = 6; i < 10; ++i) consumer_->acknowledge(rest[i].ticket);
        vhost_->waitForMessages("q", 0);
        CPPUNIT_ASSERT_EQUAL(1, vhost_->waitForConsumers("q", 1).consumers);
    }

    void stoppedItGetsNoMoreAndMayAcknowledge() {
        open();
        const int number = consume(queue("q", "q"));
        serving(number);
        vhost_->publish("ex", "q", "x");
        const Delivery delivery = inbox().wait(1)[0];
        consumer_->stop(number);
        vhost_->waitForConsumers("q", 0);
        vhost_->publish("ex", "q", "y");
        vhost_->waitForMessages("q", 2);
        consumer_->acknowledge(delivery.ticket);
        vhost_->waitForMessages("q", 1);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), inbox().size());
        CPPUNIT_ASSERT_EQUAL(std::string("y"), vhost_->take("q").at(0).body);
    }

    void whatIsUnacknowledgedComesAgainAfterAReconnect() {
        open();
        const int number = consume(queue("q", "q"));
        serving(number);
        vhost_->publish("ex", "q", "x");
        inbox().wait(1);
        vhost_->waitForConnections(1);
        vhost_->closeConnections();
        const Delivery again = inbox().wait(2)[1];
        CPPUNIT_ASSERT(again.redelivered);
        serving(number);
        consumer_->acknowledge(again.ticket);
        vhost_->waitForMessages("q", 0);
    }

    void ticketOfAnEarlierConnectionIsVoid() {
        open();
        serving(consume(queue("q", "q")));
        vhost_->publish("ex", "q", "x");
        const Delivery first = inbox().wait(1)[0];
        vhost_->waitForConnections(1);
        vhost_->closeConnections();
        const Delivery second = inbox().wait(2)[1];
        CPPUNIT_ASSERT_EQUAL(first.ticket.tag, second.ticket.tag);
        consumer_->acknowledge(first.ticket);
        consumer_->reject(first.ticket, false);
        vhost_->publish("ex", "q", "y");
        consumer_->acknowledge(inbox().wait(3)[2].ticket);
        vhost_->waitForMessages("q", 1);
        consumer_->acknowledge(second.ticket);
        vhost_->waitForMessages("q", 0);
    }

    void deletedQueueIsMadeAgain() {
        open();
        serving(consume(queue("q", "q")));
        vhost_->deleteQueue("q");
        vhost_->waitForConsumers("q", 1);
        vhost_->waitForBinding("q", "q");
        vhost_->publish("ex", "q", "x");
        inbox().wait(1);
    }

    // Its channel is made anew, and the tags begin at 1 again.
    void ticketOfADeletedQueueIsVoid() {
        open();
        serving(consume(queue("q", "q")));
        vhost_->publish("ex", "q", "x");
        const Delivery first = inbox().wait(1)[0];
        vhost_->deleteQueue("q");
        vhost_->waitForConsumers("q", 1);
        vhost_->waitForBinding("q", "q");
        for (const char* body : {"y", "z"}) vhost_->publish("ex", "q", body);
        const auto later = inbox().wait(3);
        CPPUNIT_ASSERT_EQUAL(first.ticket.tag, later[1].ticket.tag);
        consumer_->acknowledge(first.ticket);
        consumer_->acknowledge(later[2].ticket);
        vhost_->waitForMessages("q", 1);
        consumer_->acknowledge(later[1].ticket);
        vhost_->waitForMessages("q", 0);
    }

    void queueMadeOtherwiseIsUsedAsItIs() {
        vhost_->declareQueue("q", R"({"x-max-length":5})");
        open();
        serving(consume(queue("q", "q")));
        vhost_->publish("ex", "q", "x");
        consumer_->acknowledge(inbox().wait(1)[0].ticket);
        vhost_->waitForMessages("q", 0);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"x-max-length":5})"),
                             vhost_->queue("q")->arguments.toString());
    }

    void exclusiveConsumerWaitsForItsTurn() {
        Queue own = queue("q", "q");
        own.exclusiveConsumer = true;
        tests::Watcher watcher;
        Inbox elsewhere;
        std::optional<Consumer> other;
        other.emplace(tests::linkTo(vhost_->uri(), "other"), watcher);
        other->open();
        CPPUNIT_ASSERT(other->waitServing(other->consume(own, elsewhere), tests::soon()));
        open();
        const int number = consume(own);
        const int free = consume(queue("free", "free"), 1);
        serving(free);  // it has been tried by then
        CPPUNIT_ASSERT(!consumer_->waitServing(number, base::Clock::system().steady()));
        CPPUNIT_ASSERT(consumer_->connected());
        other.reset();
        serving(number);
        vhost_->publish("ex", "q", "x");
        inbox().wait(1);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), elsewhere.size());
    }

    void troubleWithOneQueueLeavesTheOthers() {
        open();
        serving(consume(queue("good", "good")));
        const int reserved = consume(queue("amq.reserved", "bad"), 1);
        vhost_->publish("ex", "good", "x");
        consumer_->acknowledge(inbox().wait(1)[0].ticket);
        vhost_->waitForMessages("good", 0);
        CPPUNIT_ASSERT(!consumer_->waitServing(reserved, base::Clock::system().steady()));
        // A ticket that the broker does not know costs its own channel only.
        const int third = consume(queue("third", "third"), 2);
        serving(third);
        vhost_->publish("ex", "third", "x");
        Ticket wrong = inbox(2).wait(1)[0].ticket;
        wrong.tag = 99;
        consumer_->acknowledge(wrong);
        CPPUNIT_ASSERT(inbox(2).wait(2)[1].redelivered);
        vhost_->publish("ex", "good", "y");
        CPPUNIT_ASSERT(!inbox().wait(2)[1].redelivered);
        watcher_->waitConnected(1);
        CPPUNIT_ASSERT(consumer_->connected());
    }

    void closeSendsWhatWasAcknowledged() {
        open();
        serving(consume(queue("q", "q")));
        for (int i = 0; i < 200; ++i) vhost_->publish("ex", "q", "x");
        for (const Delivery& each : inbox().wait(200)) consumer_->acknowledge(each.ticket);
        consumer_->close(tests::soon());
        consumer_->close(tests::soon());
        vhost_->waitForMessages("q", 0);
    }

    void bigMessageArrives() {
        open();
        serving(consume(queue("q", "q")));
        const std::string body(5 << 20, 'b');
        tests::Outcomes outcomes;
        Publisher publisher(tests::linkTo(vhost_->uri()), "ex", *watcher_);
        publisher.open();
        watcher_->waitConnected(2);
        publisher.publish(tests::textMessage("q", body), true, outcomes.next());
        CPPUNIT_ASSERT(outcomes.wait()[0] == Published::confirmed);
        CPPUNIT_ASSERT(inbox().wait(1)[0].message.body == body);
    }

private:
    static Queue queue(const std::string& name, const std::string& binding) {
        Queue queue;
        queue.name = name;
        queue.exchange = "ex";
        queue.bindings = {binding};
        return queue;
    }

    void open(const std::string& uri = {}) {
        consumer_.emplace(tests::linkTo(uri.empty() ? vhost_->uri() : uri), *watcher_);
        consumer_->open();
    }

    Inbox& inbox(std::size_t index = 0) { return *inboxes_[index]; }

    int consume(const Queue& queue, std::size_t index = 0) {
        return consumer_->consume(queue, inbox(index));
    }

    void serving(int number) { CPPUNIT_ASSERT(consumer_->waitServing(number, tests::soon())); }

    std::optional<Vhost> vhost_;
    std::optional<tests::Watcher> watcher_;
    std::array<std::optional<Inbox>, 3> inboxes_;
    std::optional<Consumer> consumer_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConsumerTest);

}  // namespace errand::transport_amqp
