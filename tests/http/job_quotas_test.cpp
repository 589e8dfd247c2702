// SPDX-License-Identifier: Apache-2.0
#include "http/job_quotas.h"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <thread>

#include "http/test_site.h"

namespace errand::http {
namespace {

const std::string sum = R"({"operation":"sum","value":1,"other":2})";

class JobQuotasTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobQuotasTest);
    CPPUNIT_TEST(eachCallerHasItsOwn);
    CPPUNIT_TEST(anArrayIsTakenWholeOrNot);
    CPPUNIT_TEST(othersHaveNoLimit);
    CPPUNIT_TEST(whoIsRefusedIsToldWhenToComeAgain);
    CPPUNIT_TEST(ofManyThreadsAsManyAreLetThroughAsMayBe);
    CPPUNIT_TEST(aSubmitThatIsRefusedStoresNothing);
    CPPUNIT_TEST_SUITE_END();

    JobQuotas quotas_{{{"mail", {3, std::chrono::minutes(2)}}}};

    static std::vector<jobs::NewJob> jobsOf(const std::string& service, std::size_t count = 1) {
        std::vector<jobs::NewJob> jobs(count);
        for (jobs::NewJob& job : jobs) job.service = service;
        return jobs;
    }

    static Caller from(const std::string& address) {
        Caller caller;
        caller.address = address;
        return caller;
    }

    int status(const std::vector<jobs::NewJob>& jobs, const Caller& caller) {
        const auto refusal = quotas_.take(jobs, caller);
        return refusal ? refusal->status : 0;
    }

    void eachCallerHasItsOwn() {
        for (int i = 0; i < 3; ++i)
            CPPUNIT_ASSERT_EQUAL(0, status(jobsOf("mail"), from("192.0.2.1")));
        CPPUNIT_ASSERT_EQUAL(429, status(jobsOf("mail"), from("192.0.2.1")));
        CPPUNIT_ASSERT_EQUAL(0, status(jobsOf("mail"), from("192.0.2.2")));
        // By token, wherever it comes from.
        Caller alice = from("192.0.2.1");
        alice.known = true;
        alice.tokenId = "a";
        CPPUNIT_ASSERT_EQUAL(0, status(jobsOf("mail", 3), alice));
        alice.address = "192.0.2.9";
        CPPUNIT_ASSERT_EQUAL(429, status(jobsOf("mail"), alice));
    }

    void anArrayIsTakenWholeOrNot() {
        CPPUNIT_ASSERT_EQUAL(429, status(jobsOf("mail", 4), from("192.0.2.1")));
        CPPUNIT_ASSERT_EQUAL(0, status(jobsOf("mail", 2), from("192.0.2.1")));
        CPPUNIT_ASSERT_EQUAL(429, status(jobsOf("mail", 2), from("192.0.2.1")));
        CPPUNIT_ASSERT_EQUAL(0, status(jobsOf("mail", 1), from("192.0.2.1")));
    }

    void othersHaveNoLimit() {
        CPPUNIT_ASSERT_EQUAL(0, status(jobsOf("compute", 10000), from("192.0.2.1")));
        CPPUNIT_ASSERT(!quotas_.find("compute"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3), quotas_.find("mail")->most);
    }

    void whoIsRefusedIsToldWhenToComeAgain() {
        const auto refusal = quotas_.take(jobsOf("mail", 4), from("192.0.2.1"));
        CPPUNIT_ASSERT_EQUAL(429, refusal.value().status);
        ASSERT_CONTAINS("Retry-After: 120\r\n", refusal->fields);
        ASSERT_CONTAINS("RateLimit-Policy: \"mail\";q=3;w=120\r\n", refusal->fields);
        ASSERT_CONTAINS("RateLimit: \"mail\";r=3;t=120\r\n", refusal->fields);
        ASSERT_CONTAINS("more than 3 jobs of 'mail' in 120 s", refusal->body);
    }

    void ofManyThreadsAsManyAreLetThroughAsMayBe() {
        JobQuotas quotas({{"compute", {1000, std::chrono::hours(1)}}});
        std::atomic<int> taken{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] {
                for (int j = 0; j < 400; ++j)
                    if (!quotas.take(jobsOf("compute"), from("192.0.2.1"))) ++taken;
            });
        for (std::thread& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(1000, taken.load());
    }

    // A repeated one is answered as it was, all the same.
    void aSubmitThatIsRefusedStoresNothing() {
        TestSite site({}, {{"compute", {1, std::chrono::hours(1)}}});
        const auto submit = [&](const std::string& path, const std::string& body) {
            return site.post(path, body).status;
        };
        CPPUNIT_ASSERT_EQUAL(202, submit("/jobs", sum));
        CPPUNIT_ASSERT_EQUAL(429, submit("/jobs", sum));
        CPPUNIT_ASSERT_EQUAL(429, submit("/compute", sum));
        CPPUNIT_ASSERT_EQUAL(429, submit("/jobs", '[' + sum + ']'));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), site.jobs.submitted.size());
        ASSERT_CONTAINS(R"("limit":{"jobs":1,"window":3600})", site.ask("GET /services").body);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobQuotasTest);

}  // namespace
}  // namespace errand::http
