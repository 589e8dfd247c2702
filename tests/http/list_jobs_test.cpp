// SPDX-License-Identifier: Apache-2.0
// GET /jobs, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

class ListJobsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ListJobsTest);
    CPPUNIT_TEST(listsWhatTheQuerySays);
    CPPUNIT_TEST(badParametersAreRefusedBeforeTheStoreIsAsked);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    void listsWhatTheQuerySays() {
        site_.jobs.page.next = 41;
        const Response response = site_.ask("GET /jobs?state=queued&service=mail&limit=3&after=9");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"jobs":[],"next":41})"), response.body);
        CPPUNIT_ASSERT(site_.jobs.lastFilter.state == jobs::JobState::queued);
        CPPUNIT_ASSERT_EQUAL(std::string("mail"), site_.jobs.lastFilter.service);
        CPPUNIT_ASSERT_EQUAL(3, site_.jobs.lastLimit);
        CPPUNIT_ASSERT(site_.jobs.lastAfter == 9);
    }

    void badParametersAreRefusedBeforeTheStoreIsAsked() {
        CPPUNIT_ASSERT_EQUAL(400, site_.ask("GET /jobs?limit=0").status);
        CPPUNIT_ASSERT_EQUAL(0, site_.jobs.lastLimit);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ListJobsTest);

}  // namespace
}  // namespace errand::http
