// SPDX-License-Identifier: Apache-2.0
#include "system/with_broker.h"

namespace errand::tests {

using base::Json;

namespace {

const std::string mailed = R"({"args": ["sum", 30, 10, "a@b.c"], "kwargs": {}})";

bool startsWith(const Json& text, const std::string& prefix) {
    return text.asString().starts_with(prefix);
}

}  // namespace

// Context and call id stack: into Errand's service with a request of Nameko's, and out of it with
// the call that it makes, to a service of Nameko's.
class WireContextTest : public WithBroker {
    CPPUNIT_TEST_SUITE(WireContextTest);
    CPPUNIT_TEST(castIsARequestAsNamekosServicesTakeIt);
    CPPUNIT_TEST(contextGoesOnUnchanged);
    CPPUNIT_TEST(whatIsNoContextStaysBehind);
    CPPUNIT_TEST(stackGrowsByTheCallAndIsCut);
    CPPUNIT_TEST(castIsOutBeforeTheReply);
    CPPUNIT_TEST(castThatNobodyServesIsUnknownService);
    CPPUNIT_TEST_SUITE_END();

    // The mail that compute casts when it is called with these headers.
    WireMessage castWith(const Json& headers) {
        startWorker();
        peer().serve("mail");
        peer().call("compute.compute", mailed,
                    with(peer().requestProperties(), "headers", headers));
        WireMessage mail = peer().receive("rpc-mail");
        peer().acknowledge(mail);
        return mail;
    }

public:
    void castIsARequestAsNamekosServicesTakeIt() {
        const WireMessage mail = castWith(Json::Object());
        assertText("nameko-rpc", mail.exchange);
        assertText("mail.send", mail.routingKey);
        assertText("application/json", mail.property("content_type"));
        assertText("utf-8", mail.property("content_encoding"));
        assertText("2", mail.property("delivery_mode"));
        assertText("0", mail.property("priority"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(36), mail.property("correlation_id").size());
        assertText(
            R"({"args": [], "kwargs": {"to":"a@b.c","subject":"Your operation is complete!",)"
            R"("contents":"The result is: 40"}})",
            mail.body);
    }

    void contextGoesOnUnchanged() {
        const std::string context =
            R"("nameko.language":"de","nameko.n":7,"nameko.big":-5000000000,)"
            R"("nameko.half":0.5,"nameko.yes":true,"nameko.é":"é \"x\"",)"
            R"("nameko.nested":{"list":[1,"x",{"deep":false}],"empty":{}})";
        const WireMessage mail = castWith(Json::parse('{' + context + '}'));
        const Json sent = Json::parse('{' + context + '}');
        for (const auto& [name, value] : sent.asObject()) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, member(sent, name), mail.header(name));
        }
        assertText("I", member(mail.types, "nameko.n"));
        assertText("L", member(mail.types, "nameko.big"));
        assertText("d", member(mail.types, "nameko.half"));
        assertText("t", member(mail.types, "nameko.yes"));
        assertText("F{list:A[I,S,F{deep:t}],empty:F{}}", member(mail.types, "nameko.nested"));
        CPPUNIT_ASSERT_EQUAL(sent.asObject().size() + 1, mail.headers.asObject().size());
    }

    void whatIsNoContextStaysBehind() {
        const WireMessage mail = castWith(Json::parse(
            R"({"x-death":[{"count":3,"queue":"q"}],"CC":["a"],"mine":1,"nameko.user_id":9})"));
        assertText("9", mail.header("nameko.user_id"));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(mail.headers.toString(), std::size_t(2),
                                     mail.headers.asObject().size());
    }

    void stackGrowsByTheCallAndIsCut() {
        Json::Array stack;
        for (int i = 0; i < 15; ++i) stack.emplace_back("service.method." + std::to_string(i));
        const WireMessage mail = castWith(Json::Object{{"nameko.call_id_stack", stack}});
        const Json& went = *mail.headers.find("nameko.call_id_stack");
        CPPUNIT_ASSERT_EQUAL(std::size_t(11), went.asArray().size());
        for (std::size_t i = 0; i < 10; ++i) CPPUNIT_ASSERT(went.asArray()[i] == stack[i + 5]);
        CPPUNIT_ASSERT(startsWith(went.asArray()[10], "compute.compute."));
        assertText("A[S,S,S,S,S,S,S,S,S,S,S]", member(mail.types, "nameko.call_id_stack"));
    }

    void castIsOutBeforeTheReply() {
        startWorker();
        WirePeer spy(vhost());
        spy.spy();
        peer().serve("mail");
        peer().call("compute.compute", mailed);
        assertText("compute.compute", spy.receive().routingKey);
        // Others of Errand's own messages may come in between.
        std::string key;
        while (key != "mail.send") {
            key = spy.receive().routingKey;
            CPPUNIT_ASSERT(key != peer().listen());
        }
        while (key != peer().listen()) key = spy.receive().routingKey;
    }

    void castThatNobodyServesIsUnknownService() {
        startWorker();
        const WireMessage reply = peer().call("compute.compute", mailed);
        assertText(R"({"result":null,"error":{"exc_type":"UnknownService",)"
                   R"("exc_path":"nameko.exceptions.UnknownService","exc_args":["mail"],)"
                   R"("value":"Unknown service `mail`"}})",
                   reply.json().toString());
        vhost().waitForMessages("rpc-compute", 0);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WireContextTest);

}  // namespace errand::tests
