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
    CPPUNIT_TEST(wayToTheBrokerIsSlow);
    CPPUNIT_TEST(wayToTheBrokerIsHalfOpen);
    CPPUNIT_TEST(brokerTakesNoMessages);
    CPPUNIT_TEST(firstBrokerOfTheListIsAway);
    CPPUNIT_TEST(queuesOfAClusterCarryJobs);
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

    void wayToTheBrokerIsSlow() {
        Vhost vhost;
        TcpProxy proxy(vhost.broker().port());
        Spread spread(vhost.uriAt(proxy.port()));
        spread.work([&] { proxy.delay(std::chrono::milliseconds(20)); });
    }

    // Nobody says that the connections are dead: heartbeats are missed.
    void wayToTheBrokerIsHalfOpen() {
        Vhost vhost;
        TcpProxy proxy(vhost.broker().port());
        Spread spread(vhost.uriAt(proxy.port()));
        spread.work([&] {
            proxy.swallow();
            Http http(spread.port());
            waitUntilReady(http, "heartbeats are missing");
            proxy.forward();
        });
    }

    void firstBrokerOfTheListIsAway() {
        const Vhost vhost;
        const std::string away = "amqp://guest:guest@127.0.0.1:" + std::to_string(freePort());
        Spread spread(away + ';' + vhost.uri());
        checkMainJob(spread);
    }

    void queuesOfAClusterCarryJobs() {
        const Vhost vhost;
        Spread spread(vhost.uri(), 1, {"amqp.queueType=quorum"});
        checkMainJob(spread);
        const auto queue = vhost.queue("rpc-compute");
        CPPUNIT_ASSERT(queue);
        CPPUNIT_ASSERT_EQUAL(std::string("quorum"), member(queue->arguments, "x-queue-type"));
    }

    static void checkMainJob(Spread& spread) {
        Http http(spread.port());
        const std::string id =
            submitComputation(http, computation("sum", "30", "10", "a@b.example"));
        CPPUNIT_ASSERT_EQUAL(std::string("40"), member(waitFor(http, id), "result"));
        for (const base::Json& job : waitUntilIdle(http)) {
            CPPUNIT_ASSERT_EQUAL(std::string("succeeded"), member(job, "state"));
        }
        spread.stop();
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
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
        const std::string wanted = missing.empty() ? R"("missing":[])" : missing;
        for (;;) {
            const Answer answer = http.get("/readyz");
            CPPUNIT_ASSERT_EQUAL(200, answer.status);
            if (answer.body.find(wanted) != std::string::npos) return;
            CPPUNIT_ASSERT_MESSAGE(answer.body, std::chrono::steady_clock::now() < deadline);
            pauseBetweenLooks();
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SpreadBrokerTest);

}  // namespace errand::tests
