// SPDX-License-Identifier: Apache-2.0
// POST /compute, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

constexpr const char* sentence =
    "Please wait the calculation, you'll receive an email with results";

class PostComputeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PostComputeTest);
    CPPUNIT_TEST(answersWithTheSentenceAndTheJobsAddress);
    CPPUNIT_TEST(waitingChangesNothingButTheTime);
    CPPUNIT_TEST(theNotificationGoesInWithTheJob);
    CPPUNIT_TEST(withoutAnEmailNobodyIsMailed);
    CPPUNIT_TEST(whatIsRefusedIsNotStored);
    CPPUNIT_TEST(theStoresRefusalsAreAnswered);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    void answersWithTheSentenceAndTheJobsAddress() {
        const Response response =
            site_.post("/compute", R"({"operation":"sum","value":30,"other":10,"email":"a@b.c"})");
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(std::string("text/plain; charset=utf-8"),
                             std::string(response.contentType));
        CPPUNIT_ASSERT_EQUAL(std::string(sentence), response.body);
        for (const auto& [id, job] : site_.jobs.jobs)
            if (job.service == "compute")
                CPPUNIT_ASSERT_EQUAL("Location: /jobs/" + id.toString() + "\r\nVary: Prefer\r\n",
                                     response.fields);
    }

    void waitingChangesNothingButTheTime() {
        const std::string body = R"({"operation":"sum","value":30,"other":10})";
        const Response response =
            site_.send("POST /compute",
                       "Content-Type: application/json\r\nPrefer: respond-async, wait=5\r\n"
                       "Content-Length: " +
                           std::to_string(body.size()) + "\r\n",
                       body);
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT(!contains(response.fields, "Preference-Applied"));
        const auto& parked = std::get<AwaitJob>(response.parking->wanted);
        jobs::Job job = *site_.jobs.find(parked.id);
        CPPUNIT_ASSERT(!parked.ready(job));
        job.state = jobs::JobState::failed;
        CPPUNIT_ASSERT(parked.ready(job));
        const Response ended = parked.answer(job);
        CPPUNIT_ASSERT_EQUAL(200, ended.status);
        CPPUNIT_ASSERT_EQUAL(std::string(sentence), ended.body);
    }

    void theNotificationGoesInWithTheJob() {
        site_.post("/compute", R"({"operation":"sum","value":30,"other":10,"email":"a@b.c"})");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), site_.jobs.submitted.size());
        const auto& jobs = site_.jobs.submitted.front();
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), jobs.size());
        CPPUNIT_ASSERT_EQUAL(std::string("compute"), jobs[0].service);
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), jobs[0].arguments.args);
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"operation":"sum","value":30,"other":10,"email":"a@b.c"})"),
            jobs[0].arguments.kwargs);
        CPPUNIT_ASSERT_EQUAL(std::string("mail"), jobs[1].service);
        CPPUNIT_ASSERT_EQUAL(std::string("send"), jobs[1].method);
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), jobs[1].arguments.args);
        CPPUNIT_ASSERT_EQUAL(R"({"to":"a@b.c","subject":"API Notification","contents":")" +
                                 std::string(sentence) + "\"}",
                             jobs[1].arguments.kwargs);
    }

    void withoutAnEmailNobodyIsMailed() {
        for (const char* body : {R"({"operation":"sum","value":1,"other":2})",
                                 R"({"operation":"sum","value":1,"other":2,"email":null})"}) {
            CPPUNIT_ASSERT_EQUAL(200, site_.post("/compute", body).status);
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), site_.jobs.submitted.back().size());
        }
    }

    void whatIsRefusedIsNotStored() {
        CPPUNIT_ASSERT_EQUAL(400, site_.post("/compute", "{").status);
        CPPUNIT_ASSERT_EQUAL(422, site_.post("/compute", "{}").status);
        CPPUNIT_ASSERT(site_.jobs.submitted.empty());
    }

    void theStoresRefusalsAreAnswered() {
        const auto status = [&](jobs::Refusal refusal) {
            site_.jobs.refusal = refusal;
            const Response response =
                site_.post("/compute", R"({"operation":"sum","value":1,"other":2})");
            ASSERT_CONTAINS("Retry-After: ", response.fields);
            CPPUNIT_ASSERT(response.contentType == problemType);
            return response.status;
        };
        CPPUNIT_ASSERT_EQUAL(503, status(jobs::Refusal::queueFull));
        CPPUNIT_ASSERT_EQUAL(507, status(jobs::Refusal::diskFull));
        CPPUNIT_ASSERT_EQUAL(503, status(jobs::Refusal::unavailable));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PostComputeTest);

}  // namespace
}  // namespace errand::http
