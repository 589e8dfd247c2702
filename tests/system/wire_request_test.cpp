// SPDX-License-Identifier: Apache-2.0
#include "system/with_broker.h"

namespace errand::tests {

using base::Json;

namespace {

// A job of the service that the peer is.
std::string job(const std::string& arguments = R"("args":[1,"x"],"kwargs":{"k":null})") {
    return R"({"service":"foreign","method":"work",)" + arguments + '}';
}

}  // namespace

// Errand calls a service of Nameko's, and reads its replies.
class WireRequestTest : public WithBroker {
    CPPUNIT_TEST_SUITE(WireRequestTest);
    CPPUNIT_TEST(requestGoesOutAsNamekosDo);
    CPPUNIT_TEST(argumentsPassDigitForDigit);
    CPPUNIT_TEST(requestMatchesWhatTheServiceExpects);
    CPPUNIT_TEST(replyQueueIsTheNodesOwn);
    CPPUNIT_TEST(repliesWithoutAnErrorAreResults);
    CPPUNIT_TEST(errorsAreReadInEveryForm);
    CPPUNIT_TEST(contentTypeOfTheReplyDoesNotMatter);
    CPPUNIT_TEST(replyThatMakesNoSenseFailsTheJob);
    CPPUNIT_TEST(foreignAndSecondRepliesAreIgnored);
    CPPUNIT_TEST(replyIsAcknowledged);
    CPPUNIT_TEST(serviceThatNobodyKnowsFailsTheJob);
    CPPUNIT_TEST_SUITE_END();

    std::optional<Http> http_;

    void start(const std::vector<std::string>& settings = {}) {
        peer().serve("foreign");
        http_.emplace(startDispatcher(settings).port());
    }

    // The job once the service has replied that.
    Json replied(const std::string& body, const std::string& state) {
        const std::string id = submit(*http_, job());
        peer().reply(peer().receive(), body);
        return waitFor(*http_, id, state);
    }

    void assertResult(const std::string& expected, const std::string& body) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(body, expected, member(replied(body, "succeeded"), "result"));
    }

    void assertError(const std::string& type, const std::string& message, const std::string& body) {
        const Json failed = *replied(body, "failed").find("error");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(body, type, member(failed, "type"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(body, message, member(failed, "message"));
    }

public:
    void tearDown() override {
        http_.reset();
        WithBroker::tearDown();
    }

    void requestGoesOutAsNamekosDo() {
        start();
        const std::string id = submit(*http_, job());
        const WireMessage request = peer().receive();
        assertText("nameko-rpc", request.exchange);
        assertText("foreign.work", request.routingKey);
        CPPUNIT_ASSERT(!request.redelivered);
        assertText("application/json", request.property("content_type"));
        assertText("utf-8", request.property("content_encoding"));
        assertText("2", request.property("delivery_mode"));
        assertText("0", request.property("priority"));
        CPPUNIT_ASSERT(!request.property("correlation_id").empty());
        CPPUNIT_ASSERT(!request.property("reply_to").empty());
        for (const char* name : {"message_id", "timestamp", "type", "app_id", "user_id"}) {
            CPPUNIT_ASSERT_MESSAGE(name, request.properties.find(name) == nullptr);
        }
        assertText(R"({"args": [1,"x"], "kwargs": {"k":null}})", request.body);
        CPPUNIT_ASSERT(request.headers.find("nameko.call_id_stack")->isArray());
        assertText(id, request.header("errand.job"));
        peer().reply(request, R"({"result": null, "error": null})");
        waitFor(*http_, id);
    }

    void argumentsPassDigitForDigit() {
        start();
        const std::string args =
            R"([1180591620717411303424,1.10,1e400,-0,"é \u0001",[[],{}],true])";
        const std::string id = submit(*http_, job(R"("args":)" + args));
        const WireMessage request = peer().receive();
        assertText(R"({"args": )" + args + R"(, "kwargs": {}})", request.body);
        peer().reply(request, R"({"result": )" + args + R"(, "error": null})");
        assertText(args, member(waitFor(*http_, id), "result"));
    }

    // The job's own service may be a node of Nameko's just as well.
    void requestMatchesWhatTheServiceExpects() {
        peer().serve("compute");
        start();
        const std::string id = submitComputation(*http_, computation("sum", "30", "10"));
        const WireMessage request = peer().receive("rpc-compute");
        assertText("compute.compute", request.routingKey);
        assertText(R"({"operation":"sum","value":30,"other":10})",
                   request.json().find("kwargs")->toString());
        peer().reply(request, R"({"result": 40, "error": null})");
        assertText("40", member(waitFor(*http_, id), "result"));
    }

    void replyQueueIsTheNodesOwn() {
        start();
        const std::string id = submit(*http_, job());
        const WireMessage request = peer().receive();
        const std::string address = request.property("reply_to");
        const auto queue = vhost().queue("rpc.reply-errand-" + address);
        CPPUNIT_ASSERT(queue && queue->durable && !queue->autoDelete && !queue->exclusive);
        assertText(R"({"x-expires":604800000})", queue->arguments.toString());
        vhost().waitForBinding(queue->name, address);
        peer().reply(request, R"({"result": 1, "error": null})");
        waitFor(*http_, id);
    }

    void repliesWithoutAnErrorAreResults() {
        start();
        assertResult("40", R"({"result": 40, "error": null})");
        assertResult("40", R"({"result": 40})");
        assertResult("40", R"({"error": {}, "result": 40})");
        assertResult("null", R"({"result": null, "error": null})");
        assertResult("null", "{}");
        assertResult(R"({"__type__":"datetime","__value__":"2026-11-23"})",
                     R"({"result":{"__type__":"datetime","__value__":"2026-11-23"},"error":null})");
        assertResult("[1e999,null]", R"({"result": [Infinity, NaN], "error": null})");
    }

    void errorsAreReadInEveryForm() {
        start();
        assertError("ValueError", "bad ['a']",
                    R"({"result": null, "error": {"exc_type": "ValueError",
                        "exc_path": "builtins.ValueError", "exc_args": ["bad", ["a"]],
                        "value": "bad ['a']"}})");
        assertError("X", "None", R"({"result": null, "error": {"exc_type": "X"}})");
        assertError("X", "text", R"({"error": {"exc_type": "X", "value": "text"}})");
        assertError("MethodNotFound", "work",
                    R"({"result": null, "error": {"exc_type": "MethodNotFound",
                        "exc_path": "nameko.exceptions.MethodNotFound", "exc_args": ["work"],
                        "value": "work"}})");
    }

    void contentTypeOfTheReplyDoesNotMatter() {
        start();
        const std::string id = submit(*http_, job());
        const WireMessage request = peer().receive();
        const Json bare = Json::Object{{"correlation_id", request.property("correlation_id")}};
        CPPUNIT_ASSERT(peer().publish(request.property("reply_to"), R"({"result": 5})", bare));
        peer().acknowledge(request);
        assertText("5", member(waitFor(*http_, id), "result"));
    }

    void replyThatMakesNoSenseFailsTheJob() {
        start();
        for (const char* body : {"", "{", "[]", "\xff"}) {
            const Json failed = *replied(body, "failed").find("error");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(body, std::string("MalformedReply"),
                                         member(failed, "type"));
        }
        assertResult("1", R"({"result": 1})");
    }

    void foreignAndSecondRepliesAreIgnored() {
        start();
        const std::string id = submit(*http_, job());
        const WireMessage request = peer().receive();
        const std::string address = request.property("reply_to");
        const std::string wrong = R"({"result": "wrong", "error": null})";
        const Json sent = WirePeer::replyProperties(request);
        CPPUNIT_ASSERT(peer().publish(address, wrong, with(sent, "correlation_id", "other")));
        CPPUNIT_ASSERT(peer().publish(address, wrong, without(sent, "correlation_id")));
        peer().reply(request, R"({"result": "right", "error": null})");
        CPPUNIT_ASSERT(peer().publish(address, wrong, sent));
        assertText("right", member(waitFor(*http_, id), "result"));
        vhost().waitForMessages("rpc.reply-errand-" + address, 0);
        assertText("right", member(jobNow(*http_, id), "result"));
        assertResult("1", R"({"result": 1})");
    }

    void replyIsAcknowledged() {
        start();
        const std::string id = submit(*http_, job());
        const WireMessage request = peer().receive();
        peer().reply(request, R"({"result": 1})");
        waitFor(*http_, id);
        vhost().waitForMessages("rpc.reply-errand-" + request.property("reply_to"), 0);
    }

    void serviceThatNobodyKnowsFailsTheJob() {
        start({"jobs.unroutableGrace=0ms"});
        const std::string id = submit(*http_, R"({"service":"nobody","method":"m"})");
        const Json failed = *waitFor(*http_, id, "failed").find("error");
        assertText("UnknownService", member(failed, "type"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WireRequestTest);

}  // namespace errand::tests
