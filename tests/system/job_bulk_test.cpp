// SPDX-License-Identifier: Apache-2.0
// What is done to all jobs that a filter lets through.
#include <string>
#include <vector>

#include "base/clock.h"
#include "system/with_server.h"

namespace errand::tests {

class JobBulkTest : public WithServer {
    CPPUNIT_TEST_SUITE(JobBulkTest);
    CPPUNIT_TEST(tenThousandAreSubmittedTogether);
    CPPUNIT_TEST(failedJobsAreRetriedTogether);
    CPPUNIT_TEST(oneThousandAreRetriedOnceEach);
    CPPUNIT_TEST(everythingOfOnePersonIsDeleted);
    CPPUNIT_TEST(whatWasDeletedIsNotMadeAgainByItsKey);
    CPPUNIT_TEST(whatIsTooLateByNowIsAnsweredByItsKey);
    CPPUNIT_TEST(unfinishedJobsAreLeftAlone);
    CPPUNIT_TEST(badFiltersChangeNothing);
    CPPUNIT_TEST_SUITE_END();

    std::string retried(const std::string& filter) {
        const Answer answer = http().post("/jobs/retry?" + filter);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        return answer.body;
    }

    std::string deleted(const std::string& filter) {
        const Answer answer = http().remove("/jobs?" + filter);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        return answer.body;
    }

    std::string submitLater(const std::string& email) {
        return submit(http(), R"({"service":"compute","method":"compute","delay":3600,)"
                              R"("args":["sum",1,2,")" +
                                  email + "\"]}");
    }

    // Longer than a single job's body may be.
    void tenThousandAreSubmittedTogether() {
        start();
        std::string body;
        for (int i = 0; i < 10000; ++i) {
            body += (i == 0 ? '[' : ',') +
                    (R"({"service":"compute","method":"compute","args":["sum",1,)" +
                     std::to_string(i) + R"(],"tags":["all of them"],"expires_at":)" +
                     R"("2030-01-31T08:00:00Z","priority":"high"})");
        }
        CPPUNIT_ASSERT_EQUAL(413, http().post("/jobs", body.substr(1)).status);
        CPPUNIT_ASSERT_EQUAL(400, http().post("/jobs", body + ",{}]").status);
        const Answer answer = http().post("/jobs", body + ']');
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 202, answer.status);
        const std::vector<base::Json> jobs = waitUntilIdle(http());
        CPPUNIT_ASSERT_EQUAL(std::size_t(10000), jobs.size());
        for (const base::Json& job : jobs) {
            CPPUNIT_ASSERT_EQUAL(std::string("succeeded"), member(job, "state"));
            CPPUNIT_ASSERT_EQUAL(std::string("high"), member(job, "priority"));
        }
    }

    void failedJobsAreRetriedTogether() {
        start();
        std::vector<std::string> failing;
        for (const char* value : {"1", "22", "333"})
            failing.push_back(submit(http(), computation("div", value, "0")));
        const std::string good = submit(http(), computation("sum", "22", "1"));
        for (const std::string& id : failing) waitFor(http(), id, "failed");
        waitFor(http(), good);

        CPPUNIT_ASSERT_EQUAL(std::string(R"({"retried":0})"), retried("state=succeeded"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"retried":0})"), retried("service=mail"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"retried":1})"), retried("text=22"));
        waitUntilIdle(http());
        CPPUNIT_ASSERT_EQUAL(std::string("2"), member(jobNow(http(), failing[1]), "attempt"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"retried":3})"), retried("service=compute"));
        waitUntilIdle(http());
        const std::vector<std::string> attempts{"2", "3", "2"};
        for (std::size_t i = 0; i < 3; ++i) {
            const base::Json job = jobNow(http(), failing[i]);
            CPPUNIT_ASSERT_EQUAL(attempts[i], member(job, "attempt"));
            CPPUNIT_ASSERT_EQUAL(std::string("failed"), member(job, "state"));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(jobNow(http(), good), "attempt"));
    }

    // More than one commit's worth.
    void oneThousandAreRetriedOnceEach() {
        start();
        for (int i = 0; i < 1000; ++i) submit(http(), computation("div", std::to_string(i), "0"));
        waitUntilIdle(http());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"retried":1000})"), retried("state=failed"));
        const std::vector<base::Json> jobs = waitUntilIdle(http());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1000), jobs.size());
        for (const base::Json& job : jobs)
            CPPUNIT_ASSERT_EQUAL(std::string("2"), member(job, "attempt"));
    }

    void everythingOfOnePersonIsDeleted() {
        start();
        submitComputation(http(), computation("sum", "1", "1", "anna@example.com"));
        submitComputation(http(), computation("div", "1", "0", "anna@example.com"));
        submitComputation(http(), computation("sum", "2", "2", "bert@example.com"));
        mails(6);
        waitUntilIdle(http());
        // Two computations, and for each the notification and the mail of how it ended.
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"deleted":6,"unfinished":0})"),
                             deleted("text=Anna%40Example.com"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), listJobs(http(), "text=anna").size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), listJobs(http()).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), listJobs(http(), "text=bert%40example.com").size());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"deleted":0,"unfinished":0})"),
                             deleted("text=Anna%40Example.com"));
    }

    void whatWasDeletedIsNotMadeAgainByItsKey() {
        start();
        const Fields key{{"Content-Type", "application/json"}, {"Idempotency-Key", R"("once")"}};
        const std::string body = R"({"operation":"sum","value":1,"other":1})";
        const Answer first = http().send("POST", "/jobs", body, key);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(first.body, 202, first.status);
        waitFor(http(), first.field("Location").substr(6));
        const Answer again = http().send("POST", "/jobs", body, key);
        CPPUNIT_ASSERT_EQUAL(first.field("Location"), again.field("Location"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"deleted":1,"unfinished":0})"),
                             deleted("service=compute"));
        const Answer gone = http().send("POST", "/jobs", body, key);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(gone.body, 410, gone.status);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), listJobs(http()).size());
    }

    // The client whose answer was lost must not be told that nothing was stored.
    void whatIsTooLateByNowIsAnsweredByItsKey() {
        start();
        const Fields plain{{"Content-Type", "application/json"}};
        const Fields key{{"Content-Type", "application/json"}, {"Idempotency-Key", R"("late")"}};
        const std::string soon =
            base::formatRfc3339(base::Clock::system().now() + std::chrono::seconds(2));
        const std::string body = R"({"service":"compute","method":"compute","args":["sum",1,2],)"
                                 R"("expires_at":")" +
                                 soon + "\"}";
        const Answer first = http().send("POST", "/jobs", body, key);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(first.body, 202, first.status);
        const auto deadline = std::chrono::steady_clock::now() + generous;
        while (http().send("POST", "/jobs", body, plain).status != 422) {
            CPPUNIT_ASSERT(std::chrono::steady_clock::now() < deadline);
            pauseBetweenLooks(std::chrono::milliseconds(100));
        }
        const Answer again = http().send("POST", "/jobs", body, key);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(again.body, 202, again.status);
        CPPUNIT_ASSERT_EQUAL(first.field("Location"), again.field("Location"));
    }

    void unfinishedJobsAreLeftAlone() {
        start();
        const std::string done = submit(http(), computation("sum", "1", "1"));
        waitFor(http(), done);
        const std::string anna = submitLater("anna@example.com");
        const std::string bert = submitLater("bert@example.com");
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"deleted":0,"unfinished":1})"), deleted("text=anna"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"deleted":0,"unfinished":2})"),
                             deleted("state=queued"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"deleted":1,"unfinished":2})"),
                             deleted("service=compute"));
        CPPUNIT_ASSERT_EQUAL(404, http().get("/jobs/" + done).status);
        for (const std::string& id : {anna, bert})
            CPPUNIT_ASSERT_EQUAL(std::string("queued"), member(jobNow(http(), id), "state"));
        // Once it is cancelled it has ended.
        CPPUNIT_ASSERT_EQUAL(202, http().remove("/jobs/" + anna).status);
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"deleted":1,"unfinished":0})"), deleted("text=anna"));
    }

    void badFiltersChangeNothing() {
        start();
        waitFor(http(), submit(http(), computation("sum", "1", "1")));
        checkProblem("no filter", http().remove("/jobs"), 400, "at least one of");
        checkProblem("blank", http().remove("/jobs?state=&text="), 400, "at least one of");
        for (const char* query : {"limit=5", "after=1", "state=done", "colour=red", "text=%ff"}) {
            const std::string name(query, std::string_view(query).find('='));
            for (const Answer& answer :
                 {http().remove(std::string("/jobs?service=compute&") + query),
                  http().post(std::string("/jobs/retry?") + query)}) {
                checkProblem(query, answer, 400, name);
                CPPUNIT_ASSERT_EQUAL(name, member(answer.json(), "parameter"));
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listJobs(http()).size());
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(JobBulkTest);

}  // namespace errand::tests
