// SPDX-License-Identifier: Apache-2.0
#include "system/with_broker.h"

namespace errand::tests {

using base::Json;

namespace {

std::string request(const std::string& args, const std::string& kwargs = "{}") {
    return R"({"args": )" + args + R"(, "kwargs": )" + kwargs + '}';
}

const std::string sum = request(R"(["sum", 30, 10])");

// What a real service of Nameko's replied to the same request, but for its spaces.
std::string error(const std::string& type, const std::string& path, const std::string& argument,
                  const std::string& value) {
    return Json(Json::Object{{"result", nullptr},
                             {"error", Json::Object{{"exc_type", type},
                                                    {"exc_path", path},
                                                    {"exc_args", Json::Array{argument}},
                                                    {"value", value}}}})
        .toString();
}

std::string ofNameko(const std::string& type, const std::string& text) {
    return error(type, "nameko.exceptions." + type, text, text);
}

std::string ofPython(const std::string& type, const std::string& text) {
    return error(type, "builtins." + type, text, text);
}

}  // namespace

// What a client of Nameko's gets from Errand's service.
class WireReplyTest : public WithBroker {
    CPPUNIT_TEST_SUITE(WireReplyTest);
    CPPUNIT_TEST(exchangeAndQueueAreAsNamekoDeclaresThem);
    CPPUNIT_TEST(resultComesAsFromNameko);
    CPPUNIT_TEST(integersPassDigitForDigit);
    CPPUNIT_TEST(argumentsMayComeByName);
    CPPUNIT_TEST(unknownMethodIsMethodNotFound);
    CPPUNIT_TEST(wrongArgumentsAreIncorrectSignatures);
    CPPUNIT_TEST(requestsWithoutArgumentsAreMalformed);
    CPPUNIT_TEST(pythonsErrorsComeByTheirPaths);
    CPPUNIT_TEST(requestIsGoneOnceItIsAnswered);
    CPPUNIT_TEST_SUITE_END();

    void assertReply(const std::string& expected, const std::string& body,
                     const std::string& key = "compute.compute") {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(body, expected, peer().call(key, body).json().toString());
    }

public:
    void exchangeAndQueueAreAsNamekoDeclaresThem() {
        startWorker();
        const std::string path = vhost().name() + "/nameko-rpc";
        const Json exchange = vhost().broker().api("GET", "exchanges/" + path).json();
        assertText("topic", member(exchange, "type"));
        assertText("true", member(exchange, "durable"));
        assertText("false", member(exchange, "auto_delete"));
        assertText("false", member(exchange, "internal"));
        assertText("{}", member(exchange, "arguments"));
        const QueueState queue = vhost().waitForConsumers("rpc-compute", 1);
        CPPUNIT_ASSERT(queue.durable && !queue.autoDelete && !queue.exclusive);
        assertText("{}", queue.arguments.toString());
        // Both are there already, and a second service finds them as it would make them.
        peer().serve("compute");
    }

    void resultComesAsFromNameko() {
        startWorker();
        const Json sent = peer().requestProperties();
        const WireMessage reply = peer().call("compute.compute", sum, sent);
        assertText(R"({"result": 40, "error": null})", reply.body);
        assertText("nameko-rpc", reply.exchange);
        assertText(peer().listen(), reply.routingKey);
        assertText(Json(Json::Object{{"content_type", "application/json"},
                                     {"content_encoding", "utf-8"},
                                     {"delivery_mode", Json::integer(2)},
                                     {"priority", Json::integer(0)},
                                     {"correlation_id", *sent.find("correlation_id")}})
                       .toString(),
                   reply.properties.toString());
        assertText("{}", reply.headers.toString());
    }

    void integersPassDigitForDigit() {
        startWorker();
        const std::string two70 = "1180591620717411303424";
        assertReply(R"({"result":)" + two70 + R"(,"error":null})",
                    request(R"(["sum", )" + two70 + ", 0]"));
        const std::string nines(5000, '9');
        assertReply(R"({"result":-)" + nines + R"(,"error":null})",
                    request(R"(["sub", 0, ")" + nines + R"("])"));
    }

    void argumentsMayComeByName() {
        startWorker();
        assertReply(R"({"result":20,"error":null})",
                    request(R"(["sub"])", R"({"other": 10, "value": 30, "email": null})"));
        assertReply(R"({"result":8,"error":null})", request(R"(["sum", 1.5, "7"])"));
        assertReply(R"({"result":1,"error":null})", request(R"(["sum", true, 0])"));
    }

    void unknownMethodIsMethodNotFound() {
        startWorker();
        assertReply(ofNameko("MethodNotFound", "nope"), sum, "compute.nope");
        // The binding's * is one word: nobody gets this one.
        CPPUNIT_ASSERT(!peer().publish("compute.a.b", sum, peer().requestProperties()));
    }

    void wrongArgumentsAreIncorrectSignatures() {
        startWorker();
        const auto refused = [this](const std::string& text, const std::string& body) {
            assertReply(ofNameko("IncorrectSignature", text), body);
        };
        refused("compute() missing 1 required positional argument: 'other'",
                request(R"(["sum", 1])"));
        refused(
            "compute() missing 3 required positional arguments: 'operation', 'value' and "
            "'other'",
            request("[]"));
        refused("compute() takes from 4 to 5 positional arguments but 6 were given",
                request(R"(["sum", 1, 2, null, 5])"));
        refused("compute() got an unexpected keyword argument 'z'",
                request(R"(["sum", 1, 2])", R"({"z": 1})"));
        refused("compute() got multiple values for argument 'value'",
                request(R"(["sum", 1, 2])", R"({"value": 1})"));
        refused("Value after * must be an iterable, not int", request("5"));
        refused("Value after * must be an iterable, not NoneType", request("null", "null"));
        refused("inspect.getcallargs() argument after ** must be a mapping, not NoneType",
                request(R"(["sum", 1, 2])", "null"));
        refused("inspect.getcallargs() argument after ** must be a mapping, not list",
                request(R"(["sum", 1, 2])", "[]"));
    }

    void requestsWithoutArgumentsAreMalformed() {
        startWorker();
        const std::string malformed =
            ofNameko("MalformedRequest", "Message missing `args` or `kwargs`");
        assertReply(malformed, R"({"args": ["sum", 1, 2]})");
        assertReply(malformed, R"({"kwargs": {}})");
        assertReply(malformed, "{}");
        assertReply(R"({"result":3,"error":null})",
                    R"({"args": ["sum", 1, 2], "kwargs": {}, "extra": [1]})");
    }

    void pythonsErrorsComeByTheirPaths() {
        startWorker();
        assertReply(error("KeyError", "builtins.KeyError", "pow", "'pow'"),
                    request(R"(["pow", 1, 2])"));
        assertReply(error("KeyError", "builtins.KeyError", "it's", "\"it's\""),
                    request(R"(["it's", 1, 2])"));
        assertReply(error("KeyError", "builtins.KeyError", "a\n\\'\"\u0085é", R"('a\n\\\'"\x85é')"),
                    request(R"(["a\n\\'\"\u0085\u00e9", 1, 2])"));
        assertReply(ofPython("KeyError", "5"), request("[5, 1, 0]"));
        assertReply(ofPython("KeyError", "None"), request("[null, 1, 0]"));
        assertReply(ofPython("ZeroDivisionError", "division by zero"), request(R"(["div", 1, 0])"));
        assertReply(ofPython("ValueError", "invalid literal for int() with base 10: 'x'"),
                    request(R"(["sum", "x", 0])"));
        assertReply(ofPython("OverflowError", "cannot convert float infinity to integer"),
                    request(R"(["sum", 1e400, 0])"));
        assertReply(ofPython("TypeError", "unhashable type: 'list'"), request(R"([["a"], 1, 0])"));
        assertReply(ofPython("TypeError",
                             "int() argument must be a string, a bytes-like object or a real "
                             "number, not 'NoneType'"),
                    request(R"(["sum", null, 0])"));
    }

    void requestIsGoneOnceItIsAnswered() {
        startWorker();
        for (int i = 0; i < 20; ++i) assertReply(R"({"result":40,"error":null})", sum);
        vhost().waitForMessages("rpc-compute", 0);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WireReplyTest);

}  // namespace errand::tests
