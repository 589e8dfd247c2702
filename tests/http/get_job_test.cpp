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
    CPPUNIT_TEST(aVersionThatTheClientHasIsNotSentAgain);
    CPPUNIT_TEST(anEndedJobIsNotAskedForAgain);
    CPPUNIT_TEST(whoWaitsWaitsForTheEnd);
    CPPUNIT_TEST(whoNamesAVersionWaitsForAnother);
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

    Response get(const std::string& id, const std::string& fields) {
        return site_.send("GET /jobs/" + id, fields, "");
    }

    void become(const std::string& id, jobs::JobState state) {
        site_.jobs.becomes(*base::Id::parse(id), state);
    }

    void aVersionThatTheClientHasIsNotSentAgain() {
        const std::string id = site_.submit();
        ASSERT_CONTAINS("ETag: \"1\"\r\n", get(id, "").fields);
        for (const char* known : {"\"1\"", "W/\"1\"", "\"7\", \"1\"", "*"}) {
            const Response response = get(id, "If-None-Match: " + std::string(known) + "\r\n");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(known, 304, response.status);
            CPPUNIT_ASSERT_EQUAL(std::string(), response.body);
            ASSERT_CONTAINS("ETag: \"1\"\r\n", response.fields);
            ASSERT_CONTAINS("Retry-After: 1\r\n", response.fields);
            ASSERT_CONTAINS("Vary: Prefer\r\n", response.fields);
        }
        become(id, jobs::JobState::running);
        const Response changed = get(id, "If-None-Match: \"1\"\r\n");
        CPPUNIT_ASSERT_EQUAL(200, changed.status);
        ASSERT_CONTAINS("ETag: \"2\"\r\n", changed.fields);
    }

    void anEndedJobIsNotAskedForAgain() {
        const std::string id = site_.submit();
        become(id, jobs::JobState::failed);
        CPPUNIT_ASSERT(!contains(get(id, "").fields, "Retry-After"));
    }

    void whoWaitsWaitsForTheEnd() {
        const std::string id = site_.submit();
        CPPUNIT_ASSERT(!get(id, "").parking);
        CPPUNIT_ASSERT(!get(id, "Prefer: wait=soon\r\n").parking);
        const Response response = get(id, "Prefer: respond-async, wait=3600\r\n");
        const auto& parked = std::get<AwaitJob>(response.parking->wanted);
        CPPUNIT_ASSERT(parked.limit == site_.site.maxWait);
        CPPUNIT_ASSERT_EQUAL(id, parked.id.toString());
        jobs::Job job = *site_.jobs.find(parked.id);
        job.state = jobs::JobState::running;
        CPPUNIT_ASSERT(!parked.ready(job));
        job.state = jobs::JobState::succeeded;
        CPPUNIT_ASSERT(parked.ready(job));
        CPPUNIT_ASSERT_EQUAL(200, parked.answer(job).status);
        become(id, jobs::JobState::succeeded);
        const Response ended = get(id, "Prefer: wait=5\r\n");
        CPPUNIT_ASSERT(!ended.parking);
        ASSERT_CONTAINS("Preference-Applied: wait=5\r\n", ended.fields);
    }

    void whoNamesAVersionWaitsForAnother() {
        const std::string id = site_.submit();
        const std::string fields = "Prefer: wait=5\r\nIf-None-Match: \"1\"\r\n";
        const Response response = get(id, fields);
        CPPUNIT_ASSERT_EQUAL(304, response.status);
        const auto& parked = std::get<AwaitJob>(response.parking->wanted);
        jobs::Job job = *site_.jobs.find(parked.id);
        CPPUNIT_ASSERT(!parked.ready(job));
        CPPUNIT_ASSERT_EQUAL(304, parked.answer(job).status);
        job.changed = 2;
        CPPUNIT_ASSERT(parked.ready(job));
        CPPUNIT_ASSERT_EQUAL(200, parked.answer(job).status);
        // It has another already.
        become(id, jobs::JobState::running);
        const Response now = get(id, fields);
        CPPUNIT_ASSERT(!now.parking);
        CPPUNIT_ASSERT_EQUAL(200, now.status);
        // Of one that has ended nothing more is to be expected.
        become(id, jobs::JobState::failed);
        const Response ended = get(id, "Prefer: wait=5\r\nIf-None-Match: \"3\"\r\n");
        CPPUNIT_ASSERT(!ended.parking);
        CPPUNIT_ASSERT_EQUAL(304, ended.status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GetJobTest);

}  // namespace
}  // namespace errand::http
