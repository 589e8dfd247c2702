// SPDX-License-Identifier: Apache-2.0
// What a method tells of how far it is reaches whoever looks at the job, while it runs.
#include <cppunit/extensions/HelperMacros.h>

#include "system/event_stream.h"
#include "system/fault_node.h"
#include "system/jobs.h"

namespace errand::tests {

class ProgressTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProgressTest);
    CPPUNIT_TEST(pollersSeeIt);
    CPPUNIT_TEST(watchersAreTold);
    CPPUNIT_TEST_SUITE_END();

    static std::string begin(const FaultNode& node, Http& http) {
        return submit(http, testJob("wait_telling", markerArguments(node.marker("go"))));
    }

    static std::string text(const base::Json& job) {
        const base::Json* progress = job.find("progress");
        return progress->isNull() ? "" : progress->find("text")->asString();
    }

    void pollersSeeIt() {
        FaultNode node;
        Http http(node.start().port());
        const std::string id = begin(node, http);
        node.waitUntilBegun("go");
        base::Json job = jobNow(http, id);
        // It is written a little after it was told.
        for (const auto deadline = std::chrono::steady_clock::now() + generous;
             job.find("progress")->isNull(); job = jobNow(http, id)) {
            CPPUNIT_ASSERT(std::chrono::steady_clock::now() < deadline);
            pauseBetweenLooks();
        }
        CPPUNIT_ASSERT_EQUAL(std::string("running"), member(job, "state"));
        CPPUNIT_ASSERT_EQUAL(std::string("waiting for the marker"), text(job));
        CPPUNIT_ASSERT_EQUAL(0.25, std::stod(job.find("progress")->find("fraction")->asDigits()));
        node.put("go");
        CPPUNIT_ASSERT_EQUAL(std::string("done"), waitFor(http, id).find("result")->asString());
        node.server().stop();
    }

    void watchersAreTold() {
        FaultNode node;
        Http http(node.start().port());
        const std::string id = begin(node, http);
        EventStream events(node.server().port(), "/jobs/" + id + "/events");
        for (auto event = events.next(); event; event = events.next()) {
            if (text(event->data) == "waiting for the marker") break;
            CPPUNIT_ASSERT(event->name == "queued" || event->name == "running");
        }
        node.put("go");
        std::optional<StreamEvent> last;
        while (auto event = events.next()) last = event;
        CPPUNIT_ASSERT(last);
        CPPUNIT_ASSERT_EQUAL(std::string("succeeded"), last->name);
        node.server().stop();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProgressTest);

}  // namespace errand::tests
