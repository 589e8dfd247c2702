// SPDX-License-Identifier: Apache-2.0
// POST /jobs/retry, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

class RetryJobsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RetryJobsTest);
    CPPUNIT_TEST(allOfTheFilterAreRetried);
    CPPUNIT_TEST(aPageOfThemCannotBe);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    void allOfTheFilterAreRetried() {
        site_.jobs.many = {12, 3};
        const Response response = site_.ask("POST /jobs/retry?service=mail&text=anna");
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"retried":12})"), response.body);
        CPPUNIT_ASSERT_EQUAL(std::string("mail"), site_.jobs.lastFilter.service);
        CPPUNIT_ASSERT_EQUAL(std::string("anna"), site_.jobs.lastFilter.text);
    }

    void aPageOfThemCannotBe() {
        const Response response = site_.ask("POST /jobs/retry?service=mail&limit=10");
        CPPUNIT_ASSERT_EQUAL(400, response.status);
        ASSERT_CONTAINS(R"("parameter":"limit")", response.body);
        CPPUNIT_ASSERT(site_.jobs.lastFilter.service.empty());
        CPPUNIT_ASSERT_EQUAL(405, site_.ask("PUT /jobs/retry").status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RetryJobsTest);

}  // namespace
}  // namespace errand::http
