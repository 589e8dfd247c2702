// SPDX-License-Identifier: Apache-2.0
#include <cppunit/extensions/HelperMacros.h>

#include "broker/rabbitmq.h"
#include "transport_amqp/session.h"
#include "transport_amqp/wire_error.h"
#include "wire_ends.h"

namespace errand::transport_amqp {

using tests::RabbitMq;
using tests::Vhost;

class SessionEventsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SessionEventsTest);
    CPPUNIT_TEST(messageArrivesWithAllItWasSentWith);
    CPPUNIT_TEST(whatIsAbsentStaysAbsent);
    CPPUNIT_TEST(foreignPropertiesAreRead);
    CPPUNIT_TEST(bodiesOfAnyLengthArriveWhole);
    CPPUNIT_TEST(unroutableComesBackBeforeItsConfirm);
    CPPUNIT_TEST(deletedQueueCancelsItsConsumer);
    CPPUNIT_TEST(badAcknowledgementClosesTheChannel);
    CPPUNIT_TEST(closeOfTheConnectionIsTold);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        vhost_.emplace();
        session_.emplace(parseBrokers(vhost_->uri())[0], "", "test");
        session_->openChannel(1);
        session_->selectConfirms(1);
        session_->openChannel(2);
        session_->declareQueue(2, {.name = "q"});
        session_->consume(2, "q", false);
    }
    void tearDown() override {
        session_.reset();
        vhost_.reset();
    }

    void messageArrivesWithAllItWasSentWith() {
        Message message = toQueue("[1]");
        message.contentType = "application/json";
        message.contentEncoding = "utf-8";
        message.correlationId = "c";
        message.replyTo = "r";
        message.type = "errand.begun";
        message.expiration = std::chrono::hours(1);
        message.headers = {{"nameko.call_id_stack", R"(["a.b.c"])"}, {"n", "1"}};
        session_->publish(1, message, true);
        const Event event = next(Event::Kind::delivered);
        CPPUNIT_ASSERT_EQUAL(2, event.channel);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), event.tag);
        CPPUNIT_ASSERT(!event.redelivered);
        const Message& got = event.message;
        CPPUNIT_ASSERT_EQUAL(message.routingKey, got.routingKey);
        CPPUNIT_ASSERT_EQUAL(message.body, got.body);
        CPPUNIT_ASSERT(got.contentType == message.contentType);
        CPPUNIT_ASSERT(got.contentEncoding == message.contentEncoding);
        CPPUNIT_ASSERT(got.correlationId == message.correlationId);
        CPPUNIT_ASSERT(got.replyTo == message.replyTo);
        CPPUNIT_ASSERT(got.type == message.type);
        CPPUNIT_ASSERT(got.headers == message.headers);
        CPPUNIT_ASSERT(got.persistent);
    }

    void whatIsAbsentStaysAbsent() {
        Message message = toQueue("");
        message.contentType = "";
        message.persistent = false;
        session_->publish(1, message, true);
        const Message got = next(Event::Kind::delivered).message;
        CPPUNIT_ASSERT(got.contentType == std::optional<std::string>(""));
        CPPUNIT_ASSERT(!got.contentEncoding && !got.correlationId && !got.replyTo && !got.type);
        CPPUNIT_ASSERT(got.headers.empty());
        CPPUNIT_ASSERT(got.body.empty());
        CPPUNIT_ASSERT(!got.persistent);
    }

    void foreignPropertiesAreRead() {
        vhost_->publish("", "q", "x", R"({"headers":{"x-death":[{"count":1}]},"priority":3,
            "message_id":"m","timestamp":1,"app_id":"a"})");
        const Message got = next(Event::Kind::delivered).message;
        CPPUNIT_ASSERT_EQUAL(std::string(R"([{"count":1}])"), got.headers.at("x-death"));
        CPPUNIT_ASSERT(!got.contentType);
    }

    // One frame holds 131,064 bytes of a body: below, at and above each multiple.
    void bodiesOfAnyLengthArriveWhole() {
        for (const std::size_t length :
             {std::size_t(1), std::size_t(131063), std::size_t(131064), std::size_t(131065),
              std::size_t(2 * 131064), std::size_t(5) << 20}) {
            std::string body(length, 'a');
            for (std::size_t i = 0; i < length; i += 1000)
                body[i] = static_cast<char>('b' + i % 23);
            session_->publish(1, toQueue(body), true);
            CPPUNIT_ASSERT(next(Event::Kind::delivered).message.body == body);
        }
    }

    void unroutableComesBackBeforeItsConfirm() {
        Message message = toQueue("gone");
        message.routingKey = "nobody";
        message.correlationId = "c";
        session_->publish(1, message, true);
        const Event returned = next(Event::Kind::returned);
        CPPUNIT_ASSERT_EQUAL(1, returned.channel);
        CPPUNIT_ASSERT_EQUAL(std::string("nobody"), returned.message.routingKey);
        CPPUNIT_ASSERT(returned.message.correlationId == message.correlationId);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), next(Event::Kind::confirmed).tag);
    }

    void deletedQueueCancelsItsConsumer() {
        vhost_->deleteQueue("q");
        CPPUNIT_ASSERT_EQUAL(2, next(Event::Kind::consumerCancelled).channel);
    }

    void badAcknowledgementClosesTheChannel() {
        session_->acknowledge(2, 77, false);
        const Event event = next(Event::Kind::channelClosed);
        CPPUNIT_ASSERT_EQUAL(2, event.channel);
        CPPUNIT_ASSERT_EQUAL(406, event.code);
        CPPUNIT_ASSERT(event.text.find("unknown delivery tag 77") != std::string::npos);
        session_->openChannel(2);
        CPPUNIT_ASSERT_EQUAL(0u, session_->lookAtQueue(2, "q").consumers);
    }

    void closeOfTheConnectionIsTold() {
        vhost_->waitForConnections(1);
        vhost_->closeConnections();
        try {
            next(Event::Kind::blocked);
        } catch (const WireError& error) {
            CPPUNIT_ASSERT(error.kind() == WireError::Kind::connection);
            CPPUNIT_ASSERT_EQUAL(320, error.code());
            const auto begin = base::Clock::system().steady();
            session_.reset();
            CPPUNIT_ASSERT(base::Clock::system().steady() - begin < std::chrono::seconds(1));
            return;
        }
        CPPUNIT_FAIL("it goes on");
    }

private:
    static Message toQueue(const std::string& body) {
        Message message = tests::textMessage("q", body);
        message.exchange.clear();
        return message;
    }

    // The next of that kind; others are passed over.
    Event next(Event::Kind kind) {
        const base::SteadyTime deadline = tests::soon();
        while (base::Clock::system().steady() < deadline) {
            std::optional<Event> event = session_->read();
            if (event && event->kind == kind) return std::move(*event);
        }
        CPPUNIT_FAIL("no such event");
        return {};
    }

    std::optional<Vhost> vhost_;
    std::optional<Session> session_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionEventsTest);

}  // namespace errand::transport_amqp
