// SPDX-License-Identifier: Apache-2.0
// POST /jobs with an array, through the route table.
#include "http/post_jobs.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

const std::string sum = R"({"operation":"sum","value":1,"other":2})";

class PostJobsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PostJobsTest);
    CPPUNIT_TEST(anArrayIsToldByItsFirstCharacter);
    CPPUNIT_TEST(allGoInAtOnceAndAreAnsweredInTheirOrder);
    CPPUNIT_TEST(oneBadJobStoresNothingAndIsNamedByItsIndex);
    CPPUNIT_TEST(emptyAndTooLongArraysAre400);
    CPPUNIT_TEST(onlyAnArrayMayBeLongerThanABody);
    CPPUNIT_TEST(theStoresRefusalsAreAnswered);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    void anArrayIsToldByItsFirstCharacter() {
        CPPUNIT_ASSERT(isArray("[]"));
        CPPUNIT_ASSERT(isArray(" \r\n\t["));
        CPPUNIT_ASSERT(!isArray(""));
        CPPUNIT_ASSERT(!isArray("  "));
        CPPUNIT_ASSERT(!isArray("{\"a\":[]}"));
    }

    void allGoInAtOnceAndAreAnsweredInTheirOrder() {
        const Response response = site_.post(
            "/jobs",
            " [" + sum + R"(,{"service":"mail","method":"send","args":["a@b.c","s","c"]})" + ']');
        CPPUNIT_ASSERT_EQUAL_MESSAGE(response.body, 202, response.status);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), site_.jobs.submissions());
        const base::Json answer = base::Json::parse(response.body);
        const auto& list = answer.find("jobs")->asArray();
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), list.size());
        const char* services[] = {"compute", "mail"};
        for (std::size_t i = 0; i < list.size(); ++i) {
            const std::string id = list[i].find("id")->asString();
            CPPUNIT_ASSERT_EQUAL("/jobs/" + id, list[i].find("location")->asString());
            const Response job = site_.ask("GET /jobs/" + id);
            CPPUNIT_ASSERT_EQUAL(200, job.status);
            ASSERT_CONTAINS(std::string("\"service\":\"") + services[i] + '"', job.body);
        }
    }

    void onlyAnArrayMayBeLongerThanABody() {
        const std::string blank(1048577, ' ');
        CPPUNIT_ASSERT_EQUAL(202, site_.post("/jobs", blank + '[' + sum + ']').status);
        const Response response = site_.post("/jobs", blank + sum);
        CPPUNIT_ASSERT_EQUAL(413, response.status);
        ASSERT_CONTAINS("1048576", response.body);
    }

    void oneBadJobStoresNothingAndIsNamedByItsIndex() {
        const Response response =
            site_.post("/jobs", '[' + sum + ',' + sum + R"(,{"operation":"sum","value":1}])");
        CPPUNIT_ASSERT_EQUAL(422, response.status);
        const base::Json problem = base::Json::parse(response.body);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), problem.find("index")->asDigits());
        ASSERT_CONTAINS("\"field\":\"other\"", response.body);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), site_.jobs.submissions());
    }

    void emptyAndTooLongArraysAre400() {
        CPPUNIT_ASSERT_EQUAL(400, site_.post("/jobs", "[]").status);
        std::string many = "[1";
        for (int i = 0; i < 10'000; ++i) many += ",1";
        const Response response = site_.post("/jobs", many + ']');
        CPPUNIT_ASSERT_EQUAL(400, response.status);
        ASSERT_CONTAINS("1 to 10000, not 10001", response.body);
    }

    void theStoresRefusalsAreAnswered() {
        site_.jobs.refusal = jobs::Refusal::diskFull;
        CPPUNIT_ASSERT_EQUAL(507, site_.post("/jobs", '[' + sum + ']').status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PostJobsTest);

}  // namespace
}  // namespace errand::http
