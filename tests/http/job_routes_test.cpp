// SPDX-License-Identifier: Apache-2.0
// GET /jobs, GET and DELETE /jobs/ID, POST /jobs/ID/retry, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "base/json.h"
#include "http/test_site.h"

namespace errand::http {
namespace {

class JobRoutesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobRoutesTest);
    CPPUNIT_TEST(aJobIsShown);
    CPPUNIT_TEST(whatIsNoJobIsNotFound);
    CPPUNIT_TEST(changesAreAnsweredByOutcome);
    CPPUNIT_TEST(listsAskForWhatTheQuerySays);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    std::string submit() {
        const Response response = site_.post("/jobs", R"({"operation":"sum","value":1,"other":2})");
        return base::Json::parse(response.body).find("id")->asString();
    }

    void aJobIsShown() {
        const std::string id = submit();
        const Response response = site_.ask("GET /jobs/" + id);
        CPPUNIT_ASSERT_EQUAL(200, response.status);
        CPPUNIT_ASSERT_EQUAL(id, base::Json::parse(response.body).find("id")->asString());
    }

    void whatIsNoJobIsNotFound() {
        for (const char* id : {"1", "01900000-0000-7000-8000-000000000001", "%ff", "x%00"})
            for (const std::string line :
                 {"GET /jobs/@", "DELETE /jobs/@", "POST /jobs/@/retry", "HEAD /jobs/@"}) {
                std::string asked = line;
                const Response response = site_.ask(asked.replace(asked.find('@'), 1, id));
                CPPUNIT_ASSERT_EQUAL_MESSAGE(asked, 404, response.status);
                base::Json::parse(response.body);
            }
    }

    void changesAreAnsweredByOutcome() {
        const std::string id = submit();
        const auto status = [&](jobs::Change outcome, const std::string& line) {
            site_.jobs.outcome = outcome;
            return site_.ask(line).status;
        };
        for (const std::string& line : {"DELETE /jobs/" + id, "POST /jobs/" + id + "/retry"}) {
            CPPUNIT_ASSERT_EQUAL(202, status(jobs::Change::done, line));
            CPPUNIT_ASSERT_EQUAL(202, status(jobs::Change::asked, line));
            CPPUNIT_ASSERT_EQUAL(409, status(jobs::Change::refused, line));
            CPPUNIT_ASSERT_EQUAL(404, status(jobs::Change::notFound, line));
            CPPUNIT_ASSERT_EQUAL(503, status(jobs::Change::unavailable, line));
        }
        site_.jobs.outcome = jobs::Change::refused;
        ASSERT_CONTAINS(R"("state":"queued")", site_.ask("DELETE /jobs/" + id).body);
    }

    void listsAskForWhatTheQuerySays() {
        site_.jobs.page.next = 41;
        const Response response = site_.ask("GET /jobs?state=queued&service=mail&limit=3&after=9");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"jobs":[],"next":41})"), response.body);
        CPPUNIT_ASSERT(site_.jobs.lastFilter.state == jobs::JobState::queued);
        CPPUNIT_ASSERT_EQUAL(std::string("mail"), site_.jobs.lastFilter.service);
        CPPUNIT_ASSERT_EQUAL(3, site_.jobs.lastLimit);
        CPPUNIT_ASSERT(site_.jobs.lastAfter == 9);
        CPPUNIT_ASSERT_EQUAL(400, site_.ask("GET /jobs?limit=0").status);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobRoutesTest);

}  // namespace
}  // namespace errand::http
