// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/session.h"

#include <cppunit/extensions/HelperMacros.h>

#include <functional>

#include "broker/rabbitmq.h"
#include "broker/tcp_proxy.h"
#include "transport_amqp/wire_error.h"
#include "wire_ends.h"

namespace errand::transport_amqp {

using tests::RabbitMq;
using tests::Vhost;
using Kind = WireError::Kind;

class SessionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SessionTest);
    CPPUNIT_TEST(operatorSeesItsName);
    CPPUNIT_TEST(whatRefusesConnectionsIsToldInTheSystemsWords);
    CPPUNIT_TEST(hostThatIsUnknownIsTold);
    CPPUNIT_TEST(wrongPasswordIsTold);
    CPPUNIT_TEST(missingVhostIsTold);
    CPPUNIT_TEST(whatSpeaksNoTlsIsTold);
    CPPUNIT_TEST(queueIsMadeAsNamekoMakesIt);
    CPPUNIT_TEST(otherArgumentsCostTheChannelOnly);
    CPPUNIT_TEST(missingQueueCostsTheChannelOnly);
    CPPUNIT_TEST(channelBeginsAnewWithoutWhatWasUnread);
    CPPUNIT_TEST(farewellToADeadBrokerIsShort);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { vhost_.emplace(); }
    void tearDown() override { vhost_.reset(); }

    void operatorSeesItsName() {
        Session session(broker(), {}, "node-7");
        const auto connections = vhost_->waitForConnections(1);
        CPPUNIT_ASSERT_EQUAL(std::string("node-7"), connections[0].clientName);
        const base::Json* can = connections[0].clientProperties.find("capabilities");
        CPPUNIT_ASSERT(can != nullptr);
        for (const char* name : {"authentication_failure_close", "consumer_cancel_notify",
                                 "connection.blocked", "publisher_confirms", "basic.nack"}) {
            CPPUNIT_ASSERT_MESSAGE(name, can->find(name) && can->find(name)->asBoolean());
        }
    }

    void whatRefusesConnectionsIsToldInTheSystemsWords() {
        Broker nobody = broker();
        nobody.port = tests::freePort();
        CPPUNIT_ASSERT_EQUAL(std::string("Connection refused"), whyNot(nobody));
    }

    void hostThatIsUnknownIsTold() {
        Broker nobody = broker();
        nobody.host = "nowhere.invalid";
        CPPUNIT_ASSERT_EQUAL(std::string("its host name is not known"), whyNot(nobody));
    }

    void wrongPasswordIsTold() {
        Broker wrong = broker();
        wrong.password = "secret";
        CPPUNIT_ASSERT_EQUAL(std::string("it refused the login of guest"), whyNot(wrong));
    }

    void missingVhostIsTold() {
        Broker wrong = broker();
        wrong.vhost = "elsewhere";
        CPPUNIT_ASSERT_EQUAL(std::string("it has no vhost 'elsewhere', or none for guest"),
                             whyNot(wrong));
        RabbitMq::shared().createUser("fred", "secret");
        wrong = broker();
        wrong.user = "fred";
        wrong.password = "secret";
        CPPUNIT_ASSERT_EQUAL("it has no vhost '" + vhost_->name() + "', or none for fred",
                             whyNot(wrong));
        RabbitMq::shared().deleteUser("fred");
    }

    void whatSpeaksNoTlsIsTold() {
        Broker tls = broker();
        tls.tls = true;
        CPPUNIT_ASSERT(whyNot(tls).find("no TLS") != std::string::npos);
    }

    void queueIsMadeAsNamekoMakesIt() {
        Session session(broker(), {}, "test");
        session.openChannel(1);
        session.declareExchange(1, "ex");
        session.declareQueue(1, {.name = "plain"});
        session.declareQueue(1, {.name = "passing", .expires = std::chrono::minutes(5)});
        session.declareQueue(1, {.name = "quorum", .quorum = true});
        session.declareQueue(
            1, {.name = "own", .durable = false, .exclusive = true, .autoDelete = true});
        const auto plain = vhost_->queue("plain").value();
        CPPUNIT_ASSERT(plain.durable && !plain.exclusive && !plain.autoDelete);
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), plain.arguments.toString());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"x-expires":300000})"),
                             vhost_->queue("passing")->arguments.toString());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"x-queue-type":"quorum"})"),
                             vhost_->queue("quorum")->arguments.toString());
        const auto own = vhost_->queue("own").value();
        CPPUNIT_ASSERT(!own.durable && own.exclusive && own.autoDelete);
    }

    void otherArgumentsCostTheChannelOnly() {
        vhost_->declareQueue("q", R"({"x-max-length":5})");
        Session session(broker(), {}, "test");
        session.openChannel(1);
        session.openChannel(2);
        CPPUNIT_ASSERT_EQUAL(406, codeOf([&] { session.declareQueue(1, {.name = "q"}); }));
        session.openChannel(1);
        CPPUNIT_ASSERT_EQUAL(0u, session.lookAtQueue(1, "q").messages);
        CPPUNIT_ASSERT_EQUAL(0u, session.lookAtQueue(2, "q").consumers);
    }

    void missingQueueCostsTheChannelOnly() {
        Session session(broker(), {}, "test");
        session.openChannel(1);
        CPPUNIT_ASSERT_EQUAL(404, codeOf([&] { session.lookAtQueue(1, "none"); }));
        session.openChannel(1);
        CPPUNIT_ASSERT_EQUAL(404, codeOf([&] { session.consume(1, "none", false); }));
        session.openChannel(1);
        session.declareQueue(1, {.name = "none"});
        CPPUNIT_ASSERT(vhost_->queue("none").has_value());
    }

    // Deliveries that came in while the channel's end was waited for belong to its earlier life:
    // the tags of the new one mean other messages.
    void channelBeginsAnewWithoutWhatWasUnread() {
        Session session(broker(), {}, "test");
        session.openChannel(1);
        session.declareQueue(1, {.name = "q"});
        for (const char* body : {"one", "two"}) vhost_->publish("", "q", body);
        session.consume(1, "q", false);
        session.closeChannel(1);
        session.openChannel(1);
        session.consume(1, "q", false);
        std::vector<Event> events;
        const base::SteadyTime deadline = tests::soon();
        while (events.size() < 2 && base::Clock::system().steady() < deadline) {
            std::optional<Event> event = session.read();
            if (event) events.push_back(std::move(*event));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), events.size());
        for (std::uint64_t i = 0; i < 2; ++i) {
            CPPUNIT_ASSERT(events[i].kind == Event::Kind::delivered);
            CPPUNIT_ASSERT_EQUAL(i + 1, events[i].tag);
            CPPUNIT_ASSERT(events[i].redelivered);
        }
        session.acknowledge(1, 2, true);
        vhost_->waitForMessages("q", 0);
    }

    void farewellToADeadBrokerIsShort() {
        tests::TcpProxy proxy(RabbitMq::shared().port());
        std::optional<Session> session(std::in_place, parseBrokers(vhost_->uriAt(proxy.port()))[0],
                                       "", "test");
        proxy.swallow();
        const auto begin = base::Clock::system().steady();
        session.reset();
        // Its answer is waited for for a second; any other question's for ten.
        CPPUNIT_ASSERT(base::Clock::system().steady() - begin < std::chrono::seconds(8));
    }

private:
    Broker broker() const { return parseBrokers(vhost_->uri())[0]; }

    static std::string whyNot(const Broker& broker) {
        try {
            Session session(broker, {}, "test");
        } catch (const WireError& error) {
            CPPUNIT_ASSERT(error.kind() == Kind::connection);
            return error.what();
        }
        return "connected";
    }

    static int codeOf(const std::function<void()>& action) {
        try {
            action();
        } catch (const WireError& error) {
            CPPUNIT_ASSERT(error.kind() == Kind::channel);
            return error.code();
        }
        return 0;
    }

    std::optional<Vhost> vhost_;
};

class SessionTlsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SessionTlsTest);
    CPPUNIT_TEST(certificateIsChecked);
    CPPUNIT_TEST(muchPassesInRecords);
    CPPUNIT_TEST_SUITE_END();

public:
    void certificateIsChecked() {
        const std::unique_ptr<RabbitMq> rabbit = RabbitMq::withTls("DNS:localhost");
        Vhost vhost(*rabbit);
        CPPUNIT_ASSERT_EQUAL(std::string(), whyNot(vhost.tlsUri("localhost"), rabbit->authority()));
        CPPUNIT_ASSERT_EQUAL(std::string("its certificate is for another host name"),
                             whyNot(vhost.tlsUri("127.0.0.1"), rabbit->authority()));
        const std::string untrusted = whyNot(vhost.tlsUri("localhost"), {});
        CPPUNIT_ASSERT_MESSAGE(untrusted, untrusted.find("not trusted") != std::string::npos);
        const std::string missing = whyNot(vhost.tlsUri("localhost"), "/nowhere/ca.pem");
        CPPUNIT_ASSERT_EQUAL(std::string("amqp.tls.ca: no certificates in /nowhere/ca.pem"),
                             missing);
    }

    // What OpenSSL has read and not handed out shows on no socket.
    void muchPassesInRecords() {
        const std::unique_ptr<RabbitMq> rabbit = RabbitMq::withTls("DNS:localhost");
        Vhost vhost(*rabbit);
        LinkSettings settings = tests::linkTo(vhost.tlsUri());
        settings.ca = rabbit->authority();
        tests::Watcher watcher;
        tests::Inbox inbox;
        Consumer consumer(settings, watcher);
        Publisher publisher(settings, "ex", watcher);
        consumer.open();
        publisher.open();
        const int number =
            consumer.consume({.name = "q", .exchange = "ex", .bindings = {"k"}}, inbox);
        CPPUNIT_ASSERT(consumer.waitServing(number, tests::soon()));
        watcher.waitConnected(2);
        const std::string body(300000, 'b');
        for (int i = 0; i < 20; ++i)
            publisher.publish(tests::textMessage("k", body), true, nullptr);
        for (const Delivery& each : inbox.wait(20)) {
            CPPUNIT_ASSERT(each.message.body == body);
            consumer.acknowledge(each.ticket);
        }
        vhost.waitForMessages("q", 0);
    }

private:
    static std::string whyNot(const std::string& uri, const std::string& ca) {
        return whyNot(parseBrokers(uri)[0], ca);
    }
    static std::string whyNot(const Broker& broker, const std::string& ca) {
        try {
            Session session(broker, ca, "test");
        } catch (const WireError& error) {
            return error.what();
        }
        return {};
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionTest);
CPPUNIT_TEST_SUITE_REGISTRATION(SessionTlsTest);

}  // namespace errand::transport_amqp
