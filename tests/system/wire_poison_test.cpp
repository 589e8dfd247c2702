// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "system/with_broker.h"

namespace errand::tests {

using base::Json;

namespace {

const std::string sum = R"({"args": ["sum", 30, 10], "kwargs": {}})";
const std::string forty = R"({"result":40,"error":null})";

}  // namespace

// What kills a service of Nameko's, or leaves its client without an answer. Whatever came, the
// service answers the next request.
class WirePoisonTest : public WithBroker {
    CPPUNIT_TEST_SUITE(WirePoisonTest);
    CPPUNIT_TEST(requestWithoutReplyToIsCarriedOut);
    CPPUNIT_TEST(requestWithoutContentTypeIsJson);
    CPPUNIT_TEST(requestWithoutAnyPropertyIsTaken);
    CPPUNIT_TEST(replyHasACorrelationIdWhereTheRequestHas);
    CPPUNIT_TEST(bodyThatIsNoJsonIsAnswered);
    CPPUNIT_TEST(bodyThatIsNoObjectIsPythonsTypeError);
    CPPUNIT_TEST(foreignContentTypeIsAnswered);
    CPPUNIT_TEST(parametersOfTheContentTypeAreLeftAside);
    CPPUNIT_TEST(compressedBodyIsAnswered);
    CPPUNIT_TEST(pythonsNumbersBeyondJsonAreRead);
    CPPUNIT_TEST(hugeBodyIsAnswered);
    CPPUNIT_TEST(replyBeyondTheBrokersMostIsAnError);
    CPPUNIT_TEST(replyQueueThatIsGoneIsNoHarm);
    CPPUNIT_TEST(strangeHeadersAreNoHarm);
    CPPUNIT_TEST(manyBadRequestsLeaveNoneBehind);
    CPPUNIT_TEST_SUITE_END();

    Json properties() { return peer().requestProperties(); }

    WireMessage call(const std::string& body, const Json& properties) {
        return peer().call("compute.compute", body, properties);
    }

    // The type of the error that is the reply.
    std::string refusal(const std::string& body, const Json& properties) {
        const Json reply = call(body, properties).json();
        assertText("null", member(reply, "result"));
        const Json* error = reply.find("error");
        assertText("nameko.exceptions." + member(*error, "exc_type"), member(*error, "exc_path"));
        CPPUNIT_ASSERT(!member(*error, "value").empty());
        return member(*error, "exc_type");
    }

    void assertAnswering() {
        assertText(forty, call(sum, properties()).json().toString());
        vhost().waitForMessages("rpc-compute", 0);
    }

public:
    void requestWithoutReplyToIsCarriedOut() {
        startWorker();
        peer().serve("mail");
        const std::string body = R"({"args": ["sum", 30, 10, "a@b.c"], "kwargs": {}})";
        CPPUNIT_ASSERT(peer().publish("compute.compute", body, without(properties(), "reply_to")));
        const WireMessage mail = peer().receive("rpc-mail");
        assertText("mail.send", mail.routingKey);
        peer().acknowledge(mail);
        assertAnswering();
    }

    void requestWithoutContentTypeIsJson() {
        startWorker();
        const Json sent = without(without(properties(), "content_type"), "content_encoding");
        const WireMessage reply = call(sum, sent);
        assertText(forty, reply.json().toString());
        assertText("application/json", reply.property("content_type"));
        assertAnswering();
    }

    void requestWithoutAnyPropertyIsTaken() {
        startWorker();
        CPPUNIT_ASSERT(peer().publish("compute.compute", sum, Json::Object()));
        CPPUNIT_ASSERT(peer().publish("compute.compute", "", Json::Object()));
        assertAnswering();
    }

    void replyHasACorrelationIdWhereTheRequestHas() {
        startWorker();
        const WireMessage reply = call(sum, without(properties(), "correlation_id"));
        assertText(forty, reply.json().toString());
        CPPUNIT_ASSERT(reply.properties.find("correlation_id") == nullptr);
        const Json odd = with(properties(), "correlation_id", "no uuid, \"quoted\" and é");
        assertText(forty, call(sum, odd).json().toString());
        assertAnswering();
    }

    void bodyThatIsNoJsonIsAnswered() {
        startWorker();
        for (const std::string& body :
             {std::string(R"({"args": ["sum", 30, 10], "kwargs": {})"), std::string("{'args'}"),
              std::string("\0\xff\xfe", 3), std::string(100000, '[')}) {
            assertText("MalformedRequest", refusal(body, properties()));
        }
        assertAnswering();
    }

    void bodyThatIsNoObjectIsPythonsTypeError() {
        startWorker();
        const std::vector<std::pair<std::string, std::string>> cases{
            {"[1, 2]", "list indices must be integers or slices, not str"},
            {R"("text")", "string indices must be integers, not 'str'"},
            {"5", "'int' object is not subscriptable"},
            {"1.5", "'float' object is not subscriptable"},
            {"true", "'bool' object is not subscriptable"},
            {"null", "'NoneType' object is not subscriptable"}};
        for (const auto& [body, text] : cases) {
            const Json error = *call(body, properties()).json().find("error");
            assertText("builtins.TypeError", member(error, "exc_path"));
            assertText(text, member(error, "value"));
        }
        assertAnswering();
    }

    void foreignContentTypeIsAnswered() {
        startWorker();
        for (const char* type :
             {"text/plain", "application/x-python-serialize", "application/x-yaml", "x"}) {
            assertText("MalformedRequest", refusal(sum, with(properties(), "content_type", type)));
        }
        assertAnswering();
    }

    void parametersOfTheContentTypeAreLeftAside() {
        startWorker();
        const Json sent = with(properties(), "content_type", "application/json; charset=utf-8");
        const WireMessage reply = call(sum, sent);
        assertText(forty, reply.json().toString());
        // A client of Nameko's takes no other.
        assertText("application/json", reply.property("content_type"));
    }

    void compressedBodyIsAnswered() {
        startWorker();
        const Json headers = Json::Object{{"compression", "application/x-gzip"}};
        assertText("MalformedRequest", refusal("\x1f\x8b", with(properties(), "headers", headers)));
        assertAnswering();
    }

    void pythonsNumbersBeyondJsonAreRead() {
        startWorker();
        const auto valueOf = [this](const std::string& operand) {
            const std::string body = R"({"args": ["sum", )" + operand + R"(, 0], "kwargs": {}})";
            return member(*call(body, properties()).json().find("error"), "value");
        };
        assertText("cannot convert float infinity to integer", valueOf("Infinity"));
        assertText("cannot convert float infinity to integer", valueOf("-Infinity"));
        const std::string aside =
            R"({"args": ["sum", 30, 10], "kwargs": {}, "a": [NaN, Infinity, -Infinity]})";
        assertText(forty, call(aside, properties()).json().toString());
        assertAnswering();
    }

    void hugeBodyIsAnswered() {
        startWorker();
        const std::string body = R"({"args": ["sum", 30, 10], "kwargs": {}, "more": ")" +
                                 std::string(8 * 1024 * 1024, 'x') + R"("})";
        assertText(forty, call(body, properties()).json().toString());
        const std::string name(8 * 1024 * 1024, 'x');
        const Json error =
            *call(R"({"args": [")" + name + R"(", 1, 2], "kwargs": {}})", properties())
                 .json()
                 .find("error");
        assertText("builtins.KeyError", member(error, "exc_path"));
        CPPUNIT_ASSERT(member(error, "value") == '\'' + name + '\'');
        assertAnswering();
    }

    void replyBeyondTheBrokersMostIsAnError() {
        constexpr std::size_t most = 100000;
        vhost().broker().setMostBody(most);
        startWorker();
        const std::string factor = '1' + std::string(most * 3 / 5, '0');
        const std::string body =
            R"({"args": ["mul", )" + factor + ", " + factor + R"(], "kwargs": {}})";
        const WireMessage reply = call(body, properties());
        vhost().broker().setMostBody(RabbitMq::usualMostBody);
        const Json error = *reply.json().find("error");
        assertText("MessageTooLarge", member(error, "exc_type"));
        assertText("the reply has 120028 bytes, more than the broker takes",
                   member(error, "value"));
        assertAnswering();
    }

    void replyQueueThatIsGoneIsNoHarm() {
        startWorker();
        const Json nowhere = with(properties(), "reply_to", "nobody");
        CPPUNIT_ASSERT(peer().publish("compute.compute", sum, nowhere));
        const Json long_ = with(properties(), "reply_to", std::string(255, 'x'));
        CPPUNIT_ASSERT(peer().publish("compute.compute", sum, long_));
        assertAnswering();
    }

    void strangeHeadersAreNoHarm() {
        startWorker();
        for (const char* headers :
             {R"({"nameko.call_id_stack":"text"})", R"({"nameko.call_id_stack":[1,null,{}]})",
              R"({"nameko.call_id_stack":{}})", R"({"nameko.":"x","":"y"})",
              R"({"errand.job":"no id","errand.claim":"x","errand.timeout":-5})",
              R"({"errand.deliveries":"many"})", R"({"x-death":[{"count":3,"queue":"q"}]})"}) {
            const Json sent = with(properties(), "headers", Json::parse(headers));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(headers, forty, call(sum, sent).json().toString());
        }
        const Json none = without(properties(), "headers");
        assertText(forty, call(sum, none).json().toString());
    }

    void manyBadRequestsLeaveNoneBehind() {
        startWorker();
        const Json silent = without(properties(), "reply_to");
        for (int i = 0; i < 200; ++i) {
            peer().publish("compute.compute", i % 2 == 0 ? "{" : "[]", silent);
            peer().publish("compute.nope", sum, without(silent, "content_type"));
        }
        assertAnswering();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WirePoisonTest);

}  // namespace errand::tests
