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
    CPPUNIT_TEST(whoWaitsIsAnsweredWithTheEnd);
    CPPUNIT_TEST(whoWouldRatherNotWaitIsToldSo);
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
        CPPUNIT_ASSERT_EQUAL("ETag: \"1\"\r\nVary: Prefer\r\nRetry-After: 1\r\nLocation: /jobs/" +
                                 job.find("id")->asString() + "\r\n",
                             response.fields);
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), job.find("state")->asString());
        CPPUNIT_ASSERT_EQUAL(std::string("9"), job.find("max_attempts")->asDigits());
        CPPUNIT_ASSERT_EQUAL(std::string("[\"t\"]"), job.find("tags")->toString());
    }

    Response submit(const std::string& preferences) {
        const std::string body = R"({"operation":"sum","value":1,"other":2})";
        return site_.send("POST /jobs",
                          "Content-Type: application/json\r\nPrefer: " + preferences +
                              "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n",
                          body);
    }

    void whoWaitsIsAnsweredWithTheEnd() {
        const Response response = submit("wait=5");
        CPPUNIT_ASSERT_EQUAL(202, response.status);
        const auto& parked = std::get<AwaitJob>(response.parking->wanted);
        jobs::Job job = *site_.jobs.find(parked.id);
        CPPUNIT_ASSERT(!parked.ready(job));
        CPPUNIT_ASSERT_EQUAL(202, parked.answer(job).status);
        job.state = jobs::JobState::succeeded;
        CPPUNIT_ASSERT(parked.ready(job));
        const Response ended = parked.answer(job);
        CPPUNIT_ASSERT_EQUAL(200, ended.status);
        ASSERT_CONTAINS("Location: /jobs/" + job.id.toString() + "\r\n", ended.fields);
    }

    void whoWouldRatherNotWaitIsToldSo() {
        const Response response = submit("respond-async");
        CPPUNIT_ASSERT_EQUAL(202, response.status);
        CPPUNIT_ASSERT(!response.parking);
        ASSERT_CONTAINS("Preference-Applied: respond-async\r\n", response.fields);
        // With both it is the answer of one that has not ended in time.
        const Response both = submit("respond-async, wait=5");
        const auto& parked = std::get<AwaitJob>(both.parking->wanted);
        jobs::Job job = *site_.jobs.find(parked.id);
        ASSERT_CONTAINS("Preference-Applied: respond-async\r\n", parked.answer(job).fields);
        job.state = jobs::JobState::failed;
        CPPUNIT_ASSERT(!contains(parked.answer(job).fields, "Preference-Applied"));
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
