// SPDX-License-Identifier: Apache-2.0
// GET /jobs/ID, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "base/json.h"
#include "http/test_site.h"

namespace errand::http {
namespace {

class GetJobTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GetJobTest);
    CPPUNIT_TEST(aJobIsShown);
    CPPUNIT_TEST(whatIsNoJobIsNotFound);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    void aJobIsShown() {
        const std::string id = site_.submit();
        const Response response = site_.ask("GET /jobs/" + id);
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(id, base::Json::parse(response.body).find("id")->asString());
    }

    void whatIsNoJobIsNotFound() {
        for (const std::string id : {"1", "01900000-0000-7000-8000-000000000001", "%ff", "x%00"})
            for (const std::string method : {"GET /jobs/", "HEAD /jobs/"}) {
                const Response response = site_.ask(method + id);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(id, 404, response.status);
                base::Json::parse(response.body);
            }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GetJobTest);

}  // namespace
}  // namespace errand::http
