// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/broker.h"

#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

namespace errand::transport_amqp {

class BrokerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BrokerTest);
    CPPUNIT_TEST(whatIsLeftOutIsRabbitMqsDefault);
    CPPUNIT_TEST(allPartsAreRead);
    CPPUNIT_TEST(vhostIsNamedInEveryWayKombuKnows);
    CPPUNIT_TEST(listIsInTheOrderWritten);
    CPPUNIT_TEST(shownAsKombuDoesWithoutThePassword);
    CPPUNIT_TEST(whatMakesNoSenseIsRefusedInOneLine);
    CPPUNIT_TEST_SUITE_END();

public:
    void whatIsLeftOutIsRabbitMqsDefault() {
        for (const char* uri : {"amqp://", "amqp://localhost", "pyamqp://localhost:5672//",
                                "amqp://guest:guest@localhost:5672/%2F"}) {
            CPPUNIT_ASSERT_EQUAL(std::string("amqp://guest:********@localhost:5672//"), shown(uri));
            CPPUNIT_ASSERT_EQUAL(std::string("guest"), one(uri).password);
        }
        CPPUNIT_ASSERT_EQUAL(5671, one("amqps://h").port);
        CPPUNIT_ASSERT(one("amqps://h").tls);
        CPPUNIT_ASSERT(!one("amqp://h").tls);
    }

    void allPartsAreRead() {
        const Broker broker = one("amqp://us%65r:p%40%2F%3A:%25@10.0.0.1:1234/my%20vhost");
        CPPUNIT_ASSERT_EQUAL(std::string("user"), broker.user);
        CPPUNIT_ASSERT_EQUAL(std::string("p@/::%"), broker.password);
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.1"), broker.host);
        CPPUNIT_ASSERT_EQUAL(1234, broker.port);
        CPPUNIT_ASSERT_EQUAL(std::string("my vhost"), broker.vhost);
        CPPUNIT_ASSERT_EQUAL(std::string("::1"), one("amqp://u:p@[::1]:9/v").host);
        CPPUNIT_ASSERT_EQUAL(9, one("amqp://u:p@[::1]:9/v").port);
        CPPUNIT_ASSERT_EQUAL(std::string("fe80::1"), one("amqp://[fe80::1]").host);
        CPPUNIT_ASSERT_EQUAL(std::string("+"), one("amqp://u:+@h").password);
        CPPUNIT_ASSERT_EQUAL(std::string(), one("amqp://u:@h").password);
    }

    void vhostIsNamedInEveryWayKombuKnows() {
        const auto vhost = [](const std::string& path) { return one("amqp://h" + path).vhost; };
        for (const char* path : {"", "/", "//", "/%2F", "/%2f"}) {
            CPPUNIT_ASSERT_EQUAL(std::string("/"), vhost(path));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("v"), vhost("/v"));
        CPPUNIT_ASSERT_EQUAL(std::string("/v"), vhost("//v"));
        CPPUNIT_ASSERT_EQUAL(std::string("/v"), vhost("/%2Fv"));
        CPPUNIT_ASSERT_EQUAL(std::string("a/b"), vhost("/a/b"));
    }

    void listIsInTheOrderWritten() {
        const std::vector<Broker> brokers = parseBrokers("amqp://a;amqps://b;;amqp://c:1;");
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), brokers.size());
        CPPUNIT_ASSERT_EQUAL(std::string("a"), brokers[0].host);
        CPPUNIT_ASSERT_EQUAL(5671, brokers[1].port);
        CPPUNIT_ASSERT_EQUAL(1, brokers[2].port);
    }

    void shownAsKombuDoesWithoutThePassword() {
        CPPUNIT_ASSERT_EQUAL(std::string("amqp://u:********@h:5672/v"), shown("amqp://u:p@h/v"));
        CPPUNIT_ASSERT_EQUAL(std::string("amqps://u:********@[::1]:5671//"),
                             shown("amqps://u:p@[::1]"));
    }

    void whatMakesNoSenseIsRefusedInOneLine() {
        refused("", "names no broker");
        refused(";", "names no broker");
        refused("localhost", "amqp://");
        refused("http://h", "amqp://");
        refused("amqp://u:secret@h:0", "port");
        refused("amqp://u:secret@h:65536", "port");
        refused("amqp://u:secret@h:", "port");
        refused("amqp://u:secret@h:5672x", "port");
        refused("amqp://u:secret@[::1", "]");
        refused("amqp://u:secret@[::1]5672", "port");
        refused("amqp://u:secret%zz@h", "%");
        refused("amqp://u:secret@h/v%0", "%");
        refused("amqp://u:secret@h/" + std::string(256, 'v'), "255");
        refused("amqp://good;amqp://u:secret@h:x", "port");
    }

private:
    static Broker one(const std::string& uri) {
        const std::vector<Broker> brokers = parseBrokers(uri);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), brokers.size());
        return brokers[0];
    }

    static std::string shown(const std::string& uri) { return one(uri).shown(); }

    static void refused(const std::string& uris, const std::string& why) {
        try {
            parseBrokers(uris);
        } catch (const Poco::InvalidArgumentException& refusal) {
            const std::string text = refusal.message();
            CPPUNIT_ASSERT_MESSAGE(text, text.find(why) != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(text, text.find("secret") == std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(text, text.find('\n') == std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(text, text.find("amqp://user:") != std::string::npos);
            return;
        }
        CPPUNIT_FAIL("taken: " + uris);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BrokerTest);

}  // namespace errand::transport_amqp
