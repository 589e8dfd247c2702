// SPDX-License-Identifier: Apache-2.0
// DELETE /jobs, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

class EraseJobsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EraseJobsTest);
    CPPUNIT_TEST(allOfTheFilterAreDeleted);
    CPPUNIT_TEST(nothingIsDeletedWithoutAFilter);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    void allOfTheFilterAreDeleted() {
        site_.jobs.many = {12, 3};
        const Response response = site_.ask("DELETE /jobs?text=anna%40example.com");
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"deleted":12,"unfinished":3})"), response.body);
        CPPUNIT_ASSERT_EQUAL(std::string("anna@example.com"), site_.jobs.lastFilter.text);
    }

    void nothingIsDeletedWithoutAFilter() {
        site_.jobs.lastFilter.service = "untouched";
        for (const char* line : {"DELETE /jobs", "DELETE /jobs?state=&text=",
                                 "DELETE /jobs?limit=1", "DELETE /jobs?state=done"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(line, 400, site_.ask(line).status);
            CPPUNIT_ASSERT_EQUAL(std::string("untouched"), site_.jobs.lastFilter.service);
        }
        ASSERT_CONTAINS("at least one of state, service", site_.ask("DELETE /jobs").body);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EraseJobsTest);

}  // namespace
}  // namespace errand::http
