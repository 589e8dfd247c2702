// SPDX-License-Identifier: Apache-2.0
#include "system/with_broker.h"

namespace errand::tests {

using base::Json;

// What the owner of a job says to workers that hold copies of its call.
class WireOwnerTest : public WithBroker {
    CPPUNIT_TEST_SUITE(WireOwnerTest);
    CPPUNIT_TEST(ofTwoCopiesOneMayRun);
    CPPUNIT_TEST(copyOfACallThatIsOverIsDropped);
    CPPUNIT_TEST_SUITE_END();

    // A worker's message about the call.
    void say(const std::string& type, const std::string& boot, const WireMessage& request) {
        const Json properties = Json::Object{{"type", type},
                                             {"correlation_id", request.property("correlation_id")},
                                             {"headers", Json::Object{{"errand.boot", boot}}}};
        CPPUNIT_ASSERT(peer().publish(request.property("reply_to"), "", properties));
    }

    std::string answer(const std::string& queue) {
        const WireMessage message = peer().receive(queue);
        assertText("errand.answer", message.property("type"));
        return message.body;
    }

public:
    void ofTwoCopiesOneMayRun() {
        Http http(startDispatcher().port());
        peer().serve("compute");
        const std::string first = peer().spy("first");
        const std::string second = peer().spy("second");
        const std::string id = submitComputation(http, computation("sum", "30", "10"));
        const WireMessage request = peer().receive("rpc-compute");
        say("errand.ask", "first", request);
        assertText("run", answer(first));
        // It may run already: it is asked whether it has it, and the other hears nothing.
        say("errand.ask", "second", request);
        assertText("run", answer(first));
        say("errand.absent", "first", request);
        say("errand.ask", "second", request);
        assertText("run", answer(second));
        say("errand.begun", "second", request);
        peer().reply(request, R"({"result": 40, "error": null})");
        const Json job = waitFor(http, id);
        assertText("40", member(job, "result"));
        assertText("1", member(job, "attempt"));
    }

    void copyOfACallThatIsOverIsDropped() {
        Http http(startDispatcher().port());
        peer().serve("compute");
        const std::string worker = peer().spy("worker");
        const std::string id = submitComputation(http, computation("sum", "30", "10"));
        const WireMessage request = peer().receive("rpc-compute");
        peer().reply(request, R"({"result": 40, "error": null})");
        waitFor(http, id);
        say("errand.ask", "worker", request);
        assertText("drop", answer(worker));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WireOwnerTest);

}  // namespace errand::tests
