// SPDX-License-Identifier: Apache-2.0
#include "transport_amqp/settings.h"

#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

namespace errand::transport_amqp {

class AmqpSettingsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AmqpSettingsTest);
    CPPUNIT_TEST(withoutAnyTheyAreThoseOfALocalBroker);
    CPPUNIT_TEST(eachKeyIsTaken);
    CPPUNIT_TEST(edgesOfEachAreTaken);
    CPPUNIT_TEST(badValuesAreRefusedByName);
    CPPUNIT_TEST(unknownKeysAreRefused);
    CPPUNIT_TEST(passwordsAreMasked);
    CPPUNIT_TEST_SUITE_END();

public:
    void withoutAnyTheyAreThoseOfALocalBroker() {
        const AmqpSettings settings = readSettings({});
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), settings.brokers.size());
        CPPUNIT_ASSERT_EQUAL(std::string("amqp://guest:********@localhost:5672//"),
                             settings.brokers[0].shown());
        CPPUNIT_ASSERT_EQUAL(std::string("guest"), settings.brokers[0].password);
        CPPUNIT_ASSERT_EQUAL(std::string("nameko-rpc"), settings.rpcExchange);
        CPPUNIT_ASSERT(!settings.quorum);
        CPPUNIT_ASSERT_EQUAL(0, settings.prefetch);
        CPPUNIT_ASSERT(settings.ca.empty());
        CPPUNIT_ASSERT_EQUAL(3, settings.maxCrashes);
        CPPUNIT_ASSERT(settings.node.empty());
    }

    void eachKeyIsTaken() {
        const AmqpSettings settings = readSettings({{"uri", "amqps://u:p@a/v;amqp://b:1"},
                                                    {"rpcExchange", "mine"},
                                                    {"queueType", "quorum"},
                                                    {"prefetch", "17"},
                                                    {"tls.ca", "/etc/ca.pem"},
                                                    {"maxCrashes", "5"},
                                                    {"node", "n1"}});
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), settings.brokers.size());
        CPPUNIT_ASSERT_EQUAL(std::string("amqps://u:********@a:5671/v"),
                             settings.brokers[0].shown());
        CPPUNIT_ASSERT_EQUAL(std::string("p"), settings.brokers[0].password);
        CPPUNIT_ASSERT_EQUAL(1, settings.brokers[1].port);
        CPPUNIT_ASSERT_EQUAL(std::string("mine"), settings.rpcExchange);
        CPPUNIT_ASSERT(settings.quorum);
        CPPUNIT_ASSERT_EQUAL(17, settings.prefetch);
        CPPUNIT_ASSERT_EQUAL(std::string("/etc/ca.pem"), settings.ca);
        CPPUNIT_ASSERT_EQUAL(5, settings.maxCrashes);
        CPPUNIT_ASSERT_EQUAL(std::string("n1"), settings.node);
    }

    void edgesOfEachAreTaken() {
        CPPUNIT_ASSERT(!readSettings({{"queueType", "classic"}}).quorum);
        CPPUNIT_ASSERT_EQUAL(0, readSettings({{"prefetch", "0"}}).prefetch);
        CPPUNIT_ASSERT_EQUAL(65535, readSettings({{"prefetch", "65535"}}).prefetch);
        CPPUNIT_ASSERT_EQUAL(0, readSettings({{"maxCrashes", "0"}}).maxCrashes);
        CPPUNIT_ASSERT_EQUAL(1000, readSettings({{"maxCrashes", "1000"}}).maxCrashes);
        const std::string longest(255, 'e');
        CPPUNIT_ASSERT_EQUAL(longest, readSettings({{"rpcExchange", longest}}).rpcExchange);
    }

    void badValuesAreRefusedByName() {
        refused("prefetch", "65536", "amqp.prefetch: '65536' is not a number from 0 to 65535");
        refused("prefetch", "-1", "amqp.prefetch: '-1' is not a number from 0 to 65535");
        refused("prefetch", "", "amqp.prefetch: '' is not a number from 0 to 65535");
        refused("prefetch", "ten", "amqp.prefetch: 'ten' is not a number from 0 to 65535");
        refused("prefetch", "4294967297",
                "amqp.prefetch: '4294967297' is not a number from 0 to 65535");
        refused("maxCrashes", "1001", "amqp.maxCrashes: '1001' is not a number from 0 to 1000");
        refused("queueType", "Quorum", "amqp.queueType: 'Quorum' is not classic or quorum");
        refused("queueType", "", "amqp.queueType: '' is not classic or quorum");
        refused("rpcExchange", "", "amqp.rpcExchange: '' is not the name of an exchange");
        const std::string tooLong(256, 'e');
        refused("rpcExchange", tooLong,
                "amqp.rpcExchange: '" + tooLong + "' is not the name of an exchange");
    }

    void unknownKeysAreRefused() {
        refused("url", "amqp://h", "the transport amqp has no setting 'url'");
        refused("", "x", "the transport amqp has no setting ''");
        refused("URI", "amqp://h", "the transport amqp has no setting 'URI'");
    }

    void passwordsAreMasked() {
        refused("uri", "amqp://u:secret@h:99999",
                "amqp.uri: the port is no number from 1 to 65535: amqp://u:********@h:99999; write "
                "it as amqp://user:password@host:5672/vhost");
    }

private:
    static void refused(const std::string& key, const std::string& value, const std::string& text) {
        try {
            readSettings({{key, value}});
        } catch (const Poco::InvalidArgumentException& refusal) {
            CPPUNIT_ASSERT_EQUAL(text, refusal.message());
            return;
        }
        CPPUNIT_FAIL("taken: " + key + '=' + value);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AmqpSettingsTest);

}  // namespace errand::transport_amqp
