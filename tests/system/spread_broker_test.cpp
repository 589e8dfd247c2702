// SPDX-License-Identifier: Apache-2.0
// The broker and the way to it fail under load: what was accepted waits, and goes on when it is
// back.
#include <cppunit/extensions/HelperMacros.h>

#include <chrono>

#include "broker/rabbitmq.h"
#include "broker/tcp_proxy.h"
#include "system/jobs.h"
#include "system/spread.h"

namespace errand::tests {

class SpreadBrokerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SpreadBrokerTest);
    CPPUNIT_TEST(brokerIsStoppedAndStarted);
    CPPUNIT_TEST(brokerIsKilled);
    CPPUNIT_TEST(connectionsAreClosedByTheBroker);
    CPPUNIT_TEST(wayToTheBrokerIsCut);
    CPPUNIT_TEST(brokerTakesNoMessages);
    CPPUNIT_TEST(jobsAreAcceptedBeforeTheBrokerIsThere);
    CPPUNIT_TEST_SUITE_END();

    void brokerIsStoppedAndStarted() {
        RabbitMq broker;
        const Vhost vhost(broker);
        Spread spread(vhost.uri());
        spread.work([&] {
            broker.stop();
            broker.start();
        });
    }

    void brokerIsKilled() {
        RabbitMq broker;
        const Vhost vhost(broker);
        Spread spread(vhost.uri());
        spread.work([&] {
            broker.kill();
            broker.start();
        });
    }

    void connectionsAreClosedByTheBroker() {
        Vhost vhost;
        Spread spread(vhost.uri());
        spread.work([&] { vhost.closeConnections(); });
    }

    void wayToTheBrokerIsCut() {
        Vhost vhost;
        TcpProxy proxy(vhost.broker().port());
        Spread spread(vhost.uriAt(proxy.port()));
        spread.work([&] {
            proxy.cut();
            proxy.refuse();
            Http http(spread.port());
            waitUntilReady(http, "broker");
            proxy.forward();
        });
    }

    // connection.blocked: the API goes on accepting, and the jobs go out afterwards.
    void brokerTakesNoMessages() {
        RabbitMq broker;
        const Vhost vhost(broker);
        Spread spread(vhost.uri());
        spread.work([&] {
            broker.setMemoryAlarm(true);
            Http http(spread.port());
            waitUntilReady(http, "connection.blocked");
            broker.setMemoryAlarm(false);
        });
    }

    void jobsAreAcceptedBeforeTheBrokerIsThere() {
        RabbitMq broker;
        const Vhost vhost(broker);
        broker.stop();
        Spread spread(vhost.uri());
        Http http(spread.port());
        const std::string id = submit(
            http, R"({"service":"compute","method":"compute","args":["sum",30,10,"a@b.example"]})");
        waitUntilReady(http, "broker amqp://guest:********@127.0.0.1");
        CPPUNIT_ASSERT(jobNow(http, id).find("finished_at")->isNull());
        broker.start();
        const base::Json job = waitFor(http, id);
        CPPUNIT_ASSERT_EQUAL(std::string("40"), member(job, "result"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        waitUntilReady(http, "");
        spread.stop();
    }

    // Until /readyz, which stays 200 as long as jobs can be stored, names that as missing; empty:
    // nothing.
    static void waitUntilReady(Http& http, const std::string& missing) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        const std::string wanted = missing.empty() ? R"("missing":[])" : missing;
        for (;;) {
            const Answer answer = http.get("/readyz");
            CPPUNIT_ASSERT_EQUAL(200, answer.status);
            if (answer.body.find(wanted) != std::string::npos) return;
            CPPUNIT_ASSERT_MESSAGE(answer.body, std::chrono::steady_clock::now() < deadline);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SpreadBrokerTest);

}  // namespace errand::tests
