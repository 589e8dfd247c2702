// SPDX-License-Identifier: Apache-2.0
#include "http/job_filter.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

class JobFilterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobFilterTest);
    CPPUNIT_TEST(nothingAskedIsTheNewestFifty);
    CPPUNIT_TEST(everyParameterIsRead);
    CPPUNIT_TEST(theBoundsOfLimitAreThere);
    CPPUNIT_TEST(badParametersAreNamed);
    CPPUNIT_TEST_SUITE_END();

    static JobFilter read(std::string_view query) {
        auto result = readJobFilter(query);
        CPPUNIT_ASSERT_MESSAGE(std::string(query), std::holds_alternative<JobFilter>(result));
        return std::get<JobFilter>(result);
    }

    void nothingAskedIsTheNewestFifty() {
        const JobFilter asked = read("state=&service=&method=&parent=&tag=&limit=&after=");
        CPPUNIT_ASSERT_EQUAL(50, asked.limit);
        CPPUNIT_ASSERT(!asked.after && !asked.filter.state && !asked.filter.parent);
    }

    void everyParameterIsRead() {
        const JobFilter asked = read(
            "state=failed&service=mail&method=send&tag=a%20b&limit=7&after=123"
            "&parent=01900000-0000-7000-8000-000000000001");
        CPPUNIT_ASSERT(asked.filter.state == jobs::JobState::failed);
        CPPUNIT_ASSERT_EQUAL(std::string("mail"), asked.filter.service);
        CPPUNIT_ASSERT_EQUAL(std::string("send"), asked.filter.method);
        CPPUNIT_ASSERT_EQUAL(std::string("a b"), asked.filter.tag);
        CPPUNIT_ASSERT_EQUAL(7, asked.limit);
        CPPUNIT_ASSERT(asked.after == 123);
        CPPUNIT_ASSERT_EQUAL(std::string("01900000-0000-7000-8000-000000000001"),
                             asked.filter.parent->toString());
    }

    void theBoundsOfLimitAreThere() {
        CPPUNIT_ASSERT_EQUAL(1, read("limit=1").limit);
        CPPUNIT_ASSERT_EQUAL(500, read("limit=500").limit);
    }

    void badParametersAreNamed() {
        for (const char* query : {"limit=0", "limit=501", "limit=x", "limit=5x", "limit=-1",
                                  "after=0", "after=-5", "after=99999999999999999999", "state=done",
                                  "state=Failed", "parent=1", "sate=failed"}) {
            const auto result = readJobFilter(query);
            const auto* refusal = std::get_if<Response>(&result);
            CPPUNIT_ASSERT_MESSAGE(query, refusal != nullptr);
            CPPUNIT_ASSERT_EQUAL(400, refusal->status);
            const std::string name(query, std::string_view(query).find('='));
            ASSERT_CONTAINS("\"parameter\":\"" + name + '"', refusal->body);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobFilterTest);

}  // namespace
}  // namespace errand::http
