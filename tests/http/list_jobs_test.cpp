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
        const std::string filter = "GET /jobs?state=queued&service=mail&limit=3";
        const Response first = site_.ask(filter);
        CPPUNIT_ASSERT(site_.jobs.lastFilter.state == jobs::JobState::queued);
        CPPUNIT_ASSERT_EQUAL(std::string("mail"), site_.jobs.lastFilter.service);
        CPPUNIT_ASSERT_EQUAL(3, site_.jobs.lastLimit);
        CPPUNIT_ASSERT(!site_.jobs.lastAfter);
        const std::string next = base::Json::parse(first.body).find("next")->asString();
        CPPUNIT_ASSERT_EQUAL(R"({"jobs":[],"next":")" + next + "\"}", first.body);
        site_.jobs.page.next.reset();
        const Response second = site_.ask(filter + "&after=" + next);
        CPPUNIT_ASSERT(site_.jobs.lastAfter == 41);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"jobs":[],"next":null})"), second.body);
        CPPUNIT_ASSERT_EQUAL(400, site_.ask("GET /jobs?service=mail&after=" + next).status);
    }

    void badParametersAreRefusedBeforeTheStoreIsAsked() {
        CPPUNIT_ASSERT_EQUAL(400, site_.ask("GET /jobs?limit=0").status);
        CPPUNIT_ASSERT_EQUAL(0, site_.jobs.lastLimit);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ListJobsTest);

}  // namespace
}  // namespace errand::http
