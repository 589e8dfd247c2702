// SPDX-License-Identifier: Apache-2.0
#include "broker/wire_peer.h"

#include <cppunit/extensions/HelperMacros.h>

namespace errand::tests {

using base::Json;

// Two peers, which see what the other sent as it was sent.
class WirePeerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(WirePeerTest);
    CPPUNIT_TEST(requestAndReplyAreTold);
    CPPUNIT_TEST(headersAreToldWithTheirTypes);
    CPPUNIT_TEST(onlyWhatIsGivenIsSent);
    CPPUNIT_TEST(unservedKeyIsNotRouted);
    CPPUNIT_TEST(refusedRequestComesAgain);
    CPPUNIT_TEST(spySeesBothWays);
    CPPUNIT_TEST(brokersRefusalIsTold);
    CPPUNIT_TEST(bigBodyPasses);
    CPPUNIT_TEST_SUITE_END();

    // Made by setUp: fixtures are, all of them, before the first test runs.
    std::optional<Vhost> vhost_;
    std::optional<WirePeer> client_;
    std::optional<WirePeer> service_;

public:
    void setUp() override {
        vhost_.emplace();
        client_.emplace(*vhost_);
        service_.emplace(*vhost_);
    }

    void tearDown() override {
        client_.reset();
        service_.reset();
        vhost_.reset();
    }

    void requestAndReplyAreTold() {
        service_->serve("math");
        client_->listen();
        const Json sent = client_->requestProperties();
        CPPUNIT_ASSERT(client_->publish("math.add", R"({"args": [1], "kwargs": {}})", sent));
        const WireMessage request = service_->receive();
        CPPUNIT_ASSERT_EQUAL(std::string("rpc-math"), request.queue);
        CPPUNIT_ASSERT_EQUAL(std::string("nameko-rpc"), request.exchange);
        CPPUNIT_ASSERT_EQUAL(std::string("math.add"), request.routingKey);
        CPPUNIT_ASSERT(!request.redelivered);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"args": [1], "kwargs": {}})"), request.body);
        CPPUNIT_ASSERT_EQUAL(without(sent, "headers").toString(), request.properties.toString());
        CPPUNIT_ASSERT_EQUAL(sent.find("headers")->toString(), request.headers.toString());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"nameko.call_id_stack":"A[S]"})"),
                             request.types.toString());
        service_->reply(request, R"({"result": 2, "error": null})");
        const WireMessage reply = client_->receive();
        CPPUNIT_ASSERT_EQUAL(client_->replyQueue(), reply.queue);
        CPPUNIT_ASSERT_EQUAL(client_->listen(), reply.routingKey);
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), reply.headers.toString());
        CPPUNIT_ASSERT_EQUAL(request.property("correlation_id"), reply.property("correlation_id"));
        const auto queue = vhost_->queue(client_->replyQueue());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"x-expires":300000})"), queue->arguments.toString());
        CPPUNIT_ASSERT(queue->durable && !queue->autoDelete && !queue->exclusive);
    }

    void headersAreToldWithTheirTypes() {
        const std::string headers =
            R"({"a":[1,"x",{"b":true}],"big":5000000000,"half":0.5,"none":null,"é":"é"})";
        service_->serve("s");
        CPPUNIT_ASSERT(client_->publish("s.m", "", Json::parse(R"({"headers":)" + headers + '}')));
        const WireMessage got = service_->receive();
        CPPUNIT_ASSERT_EQUAL(headers, got.headers.toString());
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"a":"A[I,S,F{b:t}]","big":"L","half":"d","none":"V","é":"S"})"),
            got.types.toString());
        CPPUNIT_ASSERT_EQUAL(std::string(), got.body);
    }

    void onlyWhatIsGivenIsSent() {
        service_->serve("s");
        const std::string bytes("\0\xff{", 3);
        CPPUNIT_ASSERT(client_->publish("s.m", bytes, Json::Object()));
        const WireMessage got = service_->receive();
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), got.properties.toString());
        CPPUNIT_ASSERT(got.headers.isNull());
        CPPUNIT_ASSERT_EQUAL(bytes, got.body);
    }

    void unservedKeyIsNotRouted() {
        service_->serve("s");
        CPPUNIT_ASSERT(!client_->publish("other.m", "{}", Json::Object()));
        CPPUNIT_ASSERT(!client_->publish("s.m.n", "{}", Json::Object()));
        CPPUNIT_ASSERT(!service_->receiveWithin(std::chrono::milliseconds(1)));
    }

    void refusedRequestComesAgain() {
        service_->serve("s", 1);
        client_->publish("s.m", "1", Json::Object());
        client_->publish("s.m", "2", Json::Object());
        service_->reject(service_->receive(), true);
        const WireMessage again = service_->receive();
        CPPUNIT_ASSERT(again.redelivered);
        CPPUNIT_ASSERT_EQUAL(std::string("1"), again.body);
        service_->acknowledge(again);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), service_->receive().body);
    }

    void spySeesBothWays() {
        WirePeer spy(*vhost_);
        spy.spy();
        service_->serve("s");
        client_->publish("s.m", "ask", client_->requestProperties());
        service_->reply(service_->receive(), "answer");
        CPPUNIT_ASSERT_EQUAL(std::string("ask"), spy.receive().body);
        CPPUNIT_ASSERT_EQUAL(client_->listen(), spy.receive().routingKey);
    }

    void brokersRefusalIsTold() {
        vhost_->declareQueue("rpc-other", R"({"x-expires":1000000})");
        try {
            service_->serve("other");
            CPPUNIT_FAIL("it was there with other arguments");
        } catch (const std::runtime_error& error) {
            const std::string text = error.what();
            CPPUNIT_ASSERT_MESSAGE(text, text.find("PRECONDITION_FAILED") != std::string::npos);
        }
        CPPUNIT_ASSERT_THROW(service_->declare("none", true), std::runtime_error);
        service_->declare("rpc-other", true);
    }

    void bigBodyPasses() {
        service_->serve("s");
        const std::string body(8 * 1024 * 1024, 'x');
        client_->publish("s.m", body, Json::Object());
        CPPUNIT_ASSERT(service_->receive().body == body);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WirePeerTest);

}  // namespace errand::tests
