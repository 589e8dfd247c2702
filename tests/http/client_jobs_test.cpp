// SPDX-License-Identifier: Apache-2.0
#include "http/client_jobs.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/guarded_site.h"

namespace errand::http {
namespace {

class ClientJobsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientJobsTest);
    CPPUNIT_TEST(jobsCarryTheirSubmittersName);
    CPPUNIT_TEST(listsAndStreamsShowTheCallersOwn);
    CPPUNIT_TEST(changesOfManyReachTheCallersOwn);
    CPPUNIT_TEST(whoMaySeeMayNotChange);
    CPPUNIT_TEST(aKeyIsTheCallersOwn);
    CPPUNIT_TEST(withoutTokensThereIsNoSubmitter);
    CPPUNIT_TEST_SUITE_END();

    GuardedSite guarded_;
    FakeJobs& jobs_ = guarded_.site().jobs;

    std::string submitterAfter(const std::string& line, const std::string& name) {
        jobs_.lastFilter = {};
        guarded_.ask(line, name);
        return jobs_.lastFilter.submitter;
    }

    void jobsCarryTheirSubmittersName() {
        const std::string id = guarded_.submit("submit");
        const Response job = guarded_.ask("GET /jobs/" + id, "submit");
        ASSERT_CONTAINS(R"("submitter":"submit")", job.body);
    }

    void listsAndStreamsShowTheCallersOwn() {
        CPPUNIT_ASSERT_EQUAL(std::string("submit"), submitterAfter("GET /jobs", "submit"));
        CPPUNIT_ASSERT_EQUAL(std::string(), submitterAfter("GET /jobs", "read"));
        CPPUNIT_ASSERT_EQUAL(std::string(), submitterAfter("GET /jobs", "both"));
        CPPUNIT_ASSERT_EQUAL(std::string(), submitterAfter("GET /jobs", "admin"));
        const Response stream = guarded_.ask("GET /events", "submit");
        CPPUNIT_ASSERT_EQUAL(std::string("submit"),
                             std::get<WatchJobs>(stream.parking->wanted).filter.submitter);
        const Response all = guarded_.ask("GET /events", "read");
        CPPUNIT_ASSERT_EQUAL(std::string(),
                             std::get<WatchJobs>(all.parking->wanted).filter.submitter);
    }

    void changesOfManyReachTheCallersOwn() {
        for (const char* line : {"POST /jobs/retry", "DELETE /jobs?state=failed"}) {
            CPPUNIT_ASSERT_EQUAL(std::string("submit"), submitterAfter(line, "submit"));
            CPPUNIT_ASSERT_EQUAL(std::string("both"), submitterAfter(line, "both"));
            CPPUNIT_ASSERT_EQUAL(std::string(), submitterAfter(line, "admin"));
        }
    }

    void whoMaySeeMayNotChange() {
        const std::string id = guarded_.submit("submit");
        for (const std::string& line : {"DELETE /jobs/" + id, "POST /jobs/" + id + "/retry"}) {
            jobs_.lastChange = "";
            CPPUNIT_ASSERT_EQUAL(403, guarded_.ask(line, "both").status);
            CPPUNIT_ASSERT_EQUAL(404, guarded_.ask(line, "other").status);
            CPPUNIT_ASSERT_EQUAL(std::string(), std::string(jobs_.lastChange));
            CPPUNIT_ASSERT_EQUAL(202, guarded_.ask(line, "submit").status);
            CPPUNIT_ASSERT_EQUAL(202, guarded_.ask(line, "admin").status);
        }
    }

    void aKeyIsTheCallersOwn() {
        const std::string body = R"({"operation":"sum","value":1,"other":2})";
        const auto keyOf = [&](const std::string& fields) {
            guarded_.site().send("POST /jobs",
                                 fields +
                                     "Idempotency-Key: \"k\"\r\nContent-Type: application/json\r\n"
                                     "Content-Length: " +
                                     std::to_string(body.size()) + "\r\n",
                                 body);
            return jobs_.lastKey.value().key;
        };
        CPPUNIT_ASSERT_EQUAL(std::string("submit\nk"), keyOf(guarded_.field("submit")));
        CPPUNIT_ASSERT_EQUAL(std::string("other\nk"), keyOf(guarded_.field("other")));
    }

    void withoutTokensThereIsNoSubmitter() {
        TestSite site;
        const std::string id = site.submit();
        CPPUNIT_ASSERT(!contains(site.ask("GET /jobs/" + id).body, "submitter"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientJobsTest);

}  // namespace
}  // namespace errand::http
