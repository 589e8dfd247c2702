// SPDX-License-Identifier: Apache-2.0
#include <cppunit/extensions/HelperMacros.h>

#include "system/checks.h"
#include "system/fault_node.h"
#include "system/fault_store.h"
#include "system/jobs.h"

namespace errand::tests {

class FaultGateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FaultGateTest);
    CPPUNIT_TEST(jobsWaitWithoutLosingAttemptsUntilTheServiceWorks);
    CPPUNIT_TEST(gateIsFoundClosedAgainAfterARestart);
    CPPUNIT_TEST(passingFailureOfAJobUsesAnAttempt);
    CPPUNIT_TEST_SUITE_END();

    static constexpr int jobs = 20;

    static std::vector<std::string> submitAll(FaultNode& node, Http& http) {
        std::vector<std::string> ids;
        for (int i = 0; i < jobs; ++i) {
            ids.push_back(
                submit(http, testJob("fail_service", markerArguments(node.marker("away")))));
        }
        return ids;
    }

    // Until /readyz says what is missing, and all wait again.
    static void waitUntilClosed(FaultNode& node, Http& http) {
        const auto deadline = std::chrono::steady_clock::now() + generous;
        const auto closed = [&] {
            const Answer ready = http.get("/readyz");
            CPPUNIT_ASSERT_EQUAL(200, ready.status);
            return ready.body.find("service test") != std::string::npos &&
                   StoreFile(node.data()).value("SELECT count(*) FROM jobs WHERE state = 1") == "0";
        };
        while (!closed()) {
            CPPUNIT_ASSERT(std::chrono::steady_clock::now() < deadline);
            pauseBetweenLooks();
        }
    }

    static void checkAllSucceed(Http& http, const std::vector<std::string>& ids) {
        for (const std::string& id : ids) {
            const base::Json job = waitFor(http, id);
            CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
            CPPUNIT_ASSERT_EQUAL(std::string("null"), member(job, "error"));
        }
        CPPUNIT_ASSERT(http.get("/readyz").body.find("service test") == std::string::npos);
    }

    void jobsWaitWithoutLosingAttemptsUntilTheServiceWorks() {
        FaultNode node;
        Http http(node.start().port());
        node.put("away");
        const std::vector<std::string> ids = submitAll(node, http);
        waitUntilClosed(node, http);
        // Other services go on; what is submitted now waits with the others.
        waitFor(http, submitComputation(http, computation("sum", "1", "2")));
        const std::string late = submit(http, testJob("echo", R"("value":1)"));
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), member(jobNow(http, late), "state"));
        for (const std::string& id : ids) {
            const base::Json job = jobNow(http, id);
            // One of them may be out as the probe.
            const bool probe = member(job, "state") == "running";
            CPPUNIT_ASSERT_EQUAL(std::string(probe ? "1" : "0"), member(job, "attempt"));
        }
        node.remove("away");
        checkAllSucceed(http, ids);
        waitFor(http, late);
        node.server().stop();
    }

    void gateIsFoundClosedAgainAfterARestart() {
        FaultNode node;
        node.put("away");
        std::vector<std::string> ids;
        {
            Http http(node.start().port());
            ids = submitAll(node, http);
            waitUntilClosed(node, http);
            node.server().kill();
        }
        Http http(node.start().port());
        waitUntilClosed(node, http);
        node.remove("away");
        checkAllSucceed(http, ids);
        node.server().stop();
    }

    void passingFailureOfAJobUsesAnAttempt() {
        FaultNode node;
        Http http(node.start().port());
        const std::string better = submit(http, testJob("fail_passing", R"("until":3)"));
        const std::string worse = submit(http, testJob("fail_passing", R"("until":4)"));
        const base::Json done = waitFor(http, better);
        CPPUNIT_ASSERT_EQUAL(std::string("3"), member(done, "attempt"));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), member(done, "result"));
        const base::Json failed = waitFor(http, worse, "failed");
        CPPUNIT_ASSERT_EQUAL(std::string("3"), member(failed, "attempt"));
        checkHolds("error", member(failed, "error"), "not before its time");
        node.server().stop();
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(FaultGateTest);

}  // namespace errand::tests
