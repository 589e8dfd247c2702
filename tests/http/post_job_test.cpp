// SPDX-License-Identifier: Apache-2.0
// POST /jobs, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "base/json.h"
#include "http/test_site.h"

namespace errand::http {
namespace {

class PostJobTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PostJobTest);
    CPPUNIT_TEST(answersWithTheJob);
    CPPUNIT_TEST(aComputationSendsNoNotification);
    CPPUNIT_TEST(theStoresRefusalsAreAnswered);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    void answersWithTheJob() {
        const Response response = site_.post(
            "/jobs", R"({"service":"mail","method":"send","max_attempts":9,"tags":["t"],)"
                     R"("args":["a@b.c","s","c"]})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(response.body, 202, response.status);
        const base::Json job = base::Json::parse(response.body);
        CPPUNIT_ASSERT_EQUAL("Location: /jobs/" + job.find("id")->asString() + "\r\n",
                             response.fields);
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), job.find("state")->asString());
        CPPUNIT_ASSERT_EQUAL(std::string("9"), job.find("max_attempts")->asDigits());
        CPPUNIT_ASSERT_EQUAL(std::string("[\"t\"]"), job.find("tags")->toString());
    }

    void aComputationSendsNoNotification() {
        const Response response =
            site_.post("/jobs", R"({"operation":"sum","value":1,"other":2,"email":"a@b.c"})");
        CPPUNIT_ASSERT_EQUAL(202, response.status);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), site_.jobs.submitted.front().size());
    }

    void theStoresRefusalsAreAnswered() {
        site_.jobs.refusal = jobs::Refusal::diskFull;
        CPPUNIT_ASSERT_EQUAL(
            507, site_.post("/jobs", R"({"operation":"sum","value":1,"other":2})").status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PostJobTest);

}  // namespace
}  // namespace errand::http
