// SPDX-License-Identifier: Apache-2.0
#include "broker/rabbitmq.h"

#include <cppunit/extensions/HelperMacros.h>
#include <signal.h>

namespace errand::tests {

class RabbitMqTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RabbitMqTest);
    CPPUNIT_TEST(vhostIsEmptyAndOnesOwn);
    CPPUNIT_TEST(messagesArePublishedCountedTakenAndPurged);
    CPPUNIT_TEST(messagesSurviveStopAndKill);
    CPPUNIT_TEST(tlsIsOfferedWithTheCertificate);
    CPPUNIT_TEST_SUITE_END();

public:
    void vhostIsEmptyAndOnesOwn() {
        Vhost first;
        Vhost second;
        first.declareQueue("one", R"({"x-expires":300000})");
        CPPUNIT_ASSERT(second.queues().empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), first.queues().size());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"x-expires":300000})"),
                             first.queue("one")->arguments.toString());
        CPPUNIT_ASSERT(first.connections().empty());
        first.deleteQueue("one");
        CPPUNIT_ASSERT(!first.queue("one"));
    }

    void messagesArePublishedCountedTakenAndPurged() {
        Vhost vhost;
        CPPUNIT_ASSERT(!vhost.publish("", "q/1", "nobody"));
        vhost.declareQueue("q/1");
        const std::string properties = R"({"headers":{"a":[1,"x"]},"correlation_id":"c"})";
        for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT(vhost.publish("", "q/1", "é", properties));
        vhost.waitForMessages("q/1", 3);
        const std::vector<TakenMessage> taken = vhost.take("q/1", 1);
        CPPUNIT_ASSERT_EQUAL(std::string("é"), taken.at(0).body);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"a":[1,"x"]})"),
                             taken[0].properties.find("headers")->toString());
        vhost.waitForMessages("q/1", 2);
        vhost.purgeQueue("q/1");
        vhost.waitForMessages("q/1", 0);
        CPPUNIT_ASSERT(vhost.take("q/1").empty());
    }

    void messagesSurviveStopAndKill() {
        RabbitMq broker;
        Vhost vhost(broker);
        vhost.declareQueue("q");
        vhost.publish("", "q", "kept", R"({"delivery_mode":2})");
        vhost.waitForMessages("q", 1);
        broker.stop();
        CPPUNIT_ASSERT(!broker.running());
        broker.start();
        vhost.waitForMessages("q", 1);
        broker.kill();
        CPPUNIT_ASSERT(!broker.running());
        broker.start();
        vhost.waitForMessages("q", 1);
        broker.setMemoryAlarm(true);
        CPPUNIT_ASSERT_EQUAL(503, broker.api("GET", "health/checks/alarms").status);
        broker.setMemoryAlarm(false);
        CPPUNIT_ASSERT_EQUAL(200, broker.api("GET", "health/checks/alarms").status);
    }

    void tlsIsOfferedWithTheCertificate() {
        const std::unique_ptr<RabbitMq> broker = RabbitMq::withTls("DNS:localhost");
        const Ended ended = runToEnd(
            {"s_client", "-connect", "localhost:" + std::to_string(broker->tlsPort()), "-CAfile",
             broker->authority(), "-verify_hostname", "localhost", "-verify_return_error"},
            {}, "/usr/bin/openssl");
        CPPUNIT_ASSERT_MESSAGE(ended.out + ended.err,
                               ended.out.find("Verify return code: 0 (ok)") != std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RabbitMqTest);

}  // namespace errand::tests
