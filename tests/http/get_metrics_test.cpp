// SPDX-License-Identifier: Apache-2.0
#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

class GetMetricsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GetMetricsTest);
    CPPUNIT_TEST(jobsAreByServiceAndState);
    CPPUNIT_TEST(whatIsDueHasAnAge);
    CPPUNIT_TEST(whatIsAwayIsZero);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    std::string page() {
        const Response response = site_.ask("GET /metrics");
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT(response.contentType == "text/plain; version=0.0.4; charset=utf-8");
        return response.body;
    }

    void jobsAreByServiceAndState() {
        site_.jobs.states = {{"compute", true, false, {5, 1, 100, 2, 0}}};
        const std::string text = page();
        ASSERT_CONTAINS("errand_jobs{service=\"compute\",state=\"queued\"} 5\n", text);
        ASSERT_CONTAINS("errand_jobs{service=\"compute\",state=\"succeeded\"} 100\n", text);
        ASSERT_CONTAINS("errand_service_paused{service=\"compute\"} 1\n", text);
        ASSERT_CONTAINS("errand_service_waits{service=\"compute\"} 0\n", text);
    }

    void whatIsDueHasAnAge() {
        const base::Time now = site_.clock.now();
        site_.jobs.states = {{"compute", false, false, {}, now - std::chrono::seconds(90)},
                             {"later", false, false, {}, now + std::chrono::seconds(90)},
                             {"mail", false, false, {}}};
        const std::string text = page();
        ASSERT_CONTAINS("errand_jobs_oldest_due_seconds{service=\"compute\"} 90\n", text);
        ASSERT_CONTAINS("errand_jobs_oldest_due_seconds{service=\"later\"} 0\n", text);
        ASSERT_CONTAINS("errand_jobs_oldest_due_seconds{service=\"mail\"} 0\n", text);
    }

    void whatIsAwayIsZero() {
        ASSERT_CONTAINS("errand_ready 1\n", page());
        site_.jobs.ready.storing = false;
        site_.jobs.ready.connected = false;
        site_.jobs.ready.freeBytes = 42;
        const std::string text = page();
        ASSERT_CONTAINS("errand_ready 0\n", text);
        ASSERT_CONTAINS("errand_transport_connected 0\n", text);
        ASSERT_CONTAINS("errand_data_free_bytes 42\n", text);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GetMetricsTest);

}  // namespace
}  // namespace errand::http
