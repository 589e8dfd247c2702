// SPDX-License-Identifier: Apache-2.0
#include "http/request_metrics.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>

#include "http/test_site.h"

namespace errand::http {
namespace {

class RequestMetricsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestMetricsTest);
    CPPUNIT_TEST(requestsAreCountedByRouteAndStatus);
    CPPUNIT_TEST(noLabelHasWhatAClientSent);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    // The process's own: only what is more than before is this test's.
    static std::uint64_t count(const std::string& method, const std::string& route,
                               const std::string& status) {
        return base::Metrics::process()
            .counter("errand_http_requests_total", "",
                     {{"method", method}, {"route", route}, {"status", status}})
            .value();
    }

    void requestsAreCountedByRouteAndStatus() {
        const auto known = count("GET", "/jobs/{id}", "404");
        const auto refused = count("POST", "/jobs", "415");
        const auto strange = count("other", "none", "405");
        site_.ask("GET /jobs/1");
        site_.send("POST /jobs", "Content-Type: text/plain\r\nContent-Length: 0\r\n", "");
        site_.ask("PUT /jobs");
        CPPUNIT_ASSERT_EQUAL(known + 1, count("GET", "/jobs/{id}", "404"));
        CPPUNIT_ASSERT_EQUAL(refused + 1, count("POST", "/jobs", "415"));
        CPPUNIT_ASSERT_EQUAL(strange + 1, count("other", "none", "405"));
    }

    void noLabelHasWhatAClientSent() {
        site_.ask("GET /jobs/secret-id");
        site_.ask("SECRET /nowhere");
        site_.ask("GET /secret-file");
        const Response response = site_.ask("GET /metrics");
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string::npos, response.body.find("secret"));
        CPPUNIT_ASSERT_EQUAL(std::string::npos, response.body.find("SECRET"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestMetricsTest);

}  // namespace
}  // namespace errand::http
