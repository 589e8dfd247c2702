// SPDX-License-Identifier: Apache-2.0
#include "cli/broker.h"

#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>

#include "cli/exit_code.h"
#include "cli/failure.h"
#include "fake_transport.h"

namespace errand::cli {

class BrokerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BrokerTest);
    CPPUNIT_TEST(settingsComeFromOptionsAndEnvironment);
    CPPUNIT_TEST(connectedTransportWillDo);
    CPPUNIT_TEST(brokerThatIsAwayIsSaidAtOnce);
    CPPUNIT_TEST(refusedLoginHasACodeOfItsOwn);
    CPPUNIT_TEST(badAddressIsAMistakeOfUse);
    CPPUNIT_TEST(missingPluginIsSaid);
    CPPUNIT_TEST(nothingIsStoredHere);
    CPPUNIT_TEST_SUITE_END();

    NoSink sink_;

    Failure failure(FakeTransport& transport) {
        try {
            connect(transport, {{"uri", "amqp://localhost"}}, sink_);
        } catch (const Failure& caught) {
            return caught;
        }
        return {0, "none", "no failure"};
    }

    void settingsComeFromOptionsAndEnvironment() {
        ::unsetenv("ERRAND_AMQP_URI");
        Arguments arguments;
        CPPUNIT_ASSERT((brokerSettings(arguments) ==
                        rpc::Settings{{"uri", "amqp://guest:guest@localhost:5672/%2F"},
                                      {"rpcExchange", "nameko-rpc"}}));
        ::setenv("ERRAND_AMQP_URI", "amqp://elsewhere", 1);
        CPPUNIT_ASSERT_EQUAL(std::string("amqp://elsewhere"), brokerSettings(arguments).at("uri"));
        arguments = parseArguments(
            {"--broker", "amqps://here", "--exchange=other", "--ca", "ca.pem"}, brokerOptions());
        CPPUNIT_ASSERT((brokerSettings(arguments) == rpc::Settings{{"uri", "amqps://here"},
                                                                   {"rpcExchange", "other"},
                                                                   {"tls.ca", "ca.pem"}}));
        ::unsetenv("ERRAND_AMQP_URI");
    }

    void connectedTransportWillDo() {
        FakeTransport transport;
        CPPUNIT_ASSERT_EQUAL(std::string("none"), failure(transport).type());
        CPPUNIT_ASSERT_EQUAL(std::string("amqp://localhost"), transport.opened.at("uri"));
        // Connected, and not yet through with replies that waited.
        transport.state = {false, ""};
        CPPUNIT_ASSERT_EQUAL(std::string("none"), failure(transport).type());
    }

    void brokerThatIsAwayIsSaidAtOnce() {
        FakeTransport transport;
        transport.state = {false, "broker amqp://guest:********@localhost: Connection\nrefused"};
        const Failure failed = failure(transport);
        CPPUNIT_ASSERT_EQUAL(exitUnavailable, failed.code());
        CPPUNIT_ASSERT_EQUAL(std::string("Unavailable"), failed.type());
        CPPUNIT_ASSERT_EQUAL(
            std::string("broker amqp://guest:********@localhost: Connection\\nrefused"),
            std::string(failed.what()));
    }

    void refusedLoginHasACodeOfItsOwn() {
        FakeTransport transport;
        for (const char* words : {"broker h:5672: it refused the login of guest",
                                  "broker h:5672: it refuses guest the vhost 'x'",
                                  "broker h:5672: it has no vhost 'x', or none for guest"}) {
            transport.state = {false, words};
            CPPUNIT_ASSERT_EQUAL_MESSAGE(words, exitNoPermission, failure(transport).code());
        }
        CPPUNIT_ASSERT_EQUAL(std::string("LoginRefused"), failure(transport).type());
        transport.state = {false, "broker login:5672: the connection was closed"};
        CPPUNIT_ASSERT_EQUAL(exitUnavailable, failure(transport).code());
    }

    void badAddressIsAMistakeOfUse() {
        FakeTransport transport;
        transport.refusal = [] { throw Poco::InvalidArgumentException("amqp.uri: 'x' is none"); };
        CPPUNIT_ASSERT_EQUAL(exitUsage, failure(transport).code());
        CPPUNIT_ASSERT_EQUAL(std::string("amqp.uri: 'x' is none"),
                             std::string(failure(transport).what()));
    }

    void missingPluginIsSaid() {
        ::setenv("ERRAND_PLUGINS_DIRECTORY", "/nowhere", 1);
        try {
            const Broker broker({});
            CPPUNIT_FAIL("it was loaded");
        } catch (const Failure& failed) {
            CPPUNIT_ASSERT_EQUAL(exitUnavailable, failed.code());
            CPPUNIT_ASSERT_EQUAL(
                std::string("no transport 'amqp': there is no /nowhere/libtransport_amqp.so"),
                std::string(failed.what()));
        }
        ::unsetenv("ERRAND_PLUGINS_DIRECTORY");
    }

    void nothingIsStoredHere() {
        rpc::Call call;
        call.method = "send";
        CPPUNIT_ASSERT_EQUAL(std::string("send"), sink_.store(call).error()->message);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BrokerTest);

}  // namespace errand::cli
