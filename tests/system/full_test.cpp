// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>
#include <vector>

#include "system/with_server.h"

namespace errand::tests {

namespace {

const std::string sum = computation("sum", "30", "10", "a@b.c");

}  // namespace

// What the server cannot take, it says so and when to come again.
class FullTest : public WithServer {
    CPPUNIT_TEST_SUITE(FullTest);
    CPPUNIT_TEST(fullQueueIsRefusedUntilItDrains);
    CPPUNIT_TEST(mailsAndScheduledJobsAreTakenWhileTheQueueIsFull);
    CPPUNIT_TEST(fullDiskIsRefused);
    CPPUNIT_TEST(servicesNobodyServesAreNamed);
    CPPUNIT_TEST_SUITE_END();

    void fullQueueIsRefusedUntilItDrains() {
        startWithoutCompute();
        std::size_t taken = fill(5);
        // Neither the computation nor its notification is half there.
        const Answer original = http().post("/compute", sum);
        checkProblem("POST /compute", original, 503, "jobs.maxQueued");
        CPPUNIT_ASSERT(!original.field("Retry-After").empty());
        CPPUNIT_ASSERT_EQUAL(taken, listJobs(http()).size());
        // A place that becomes free is given away.
        const std::string id = member(listJobs(http(), "state=queued").front(), "id");
        CPPUNIT_ASSERT_EQUAL(202, http().remove("/jobs/" + id).status);
        waitFor(http(), id, "cancelled");
        taken += fill(1) - 1;
        // Once somebody computes, all that was taken is done.
        start({.settings = {"jobs.maxQueued=5"}, .directory = directory_ / "data"});
        waitUntilIdle(http());
        CPPUNIT_ASSERT_EQUAL(taken, mails(taken).size());
        waitFor(http(), submit(http(), sum));
        WithServer::tearDown();
    }

    void mailsAndScheduledJobsAreTakenWhileTheQueueIsFull() {
        startWithoutCompute();
        fill(5);
        const std::string later = scheduledComputation(3600);
        const std::string mail =
            R"({"service":"mail","method":"send","args":["a@b.c","subject","contents"]})";
        for (int i = 0; i < 2; ++i) {
            CPPUNIT_ASSERT_EQUAL(202, http().post("/jobs", later).status);
            CPPUNIT_ASSERT_EQUAL(202, http().post("/jobs", mail).status);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), mails(2).size());
        checkProblem("still full", http().post("/compute", sum), 503, "jobs.maxQueued");
    }

    void fullDiskIsRefused() {
        start({.settings = {"data.minFree=1024 TiB"}});
        for (const char* path : {"/jobs", "/compute"}) {
            const Answer answer = http().post(path, sum);
            checkProblem(path, answer, 507, "data.minFree");
            CPPUNIT_ASSERT(!answer.field("Retry-After").empty());
        }
        const Answer ready = http().get("/readyz");
        checkProblem("/readyz", ready, 503, "data.minFree");
        CPPUNIT_ASSERT(!ready.field("Retry-After").empty());
        CPPUNIT_ASSERT_EQUAL(200, http().get("/livez").status);
        CPPUNIT_ASSERT(listJobs(http()).empty());
    }

    void servicesNobodyServesAreNamed() {
        startWithoutCompute();
        submit(http(), sum);
        const auto deadline = std::chrono::steady_clock::now() + generous;
        std::string body;
        while (body != R"({"status":"ok","missing":["service compute"]})") {
            const Answer answer = http().get("/readyz");
            CPPUNIT_ASSERT_EQUAL(200, answer.status);
            body = answer.body;
            CPPUNIT_ASSERT_MESSAGE(body, std::chrono::steady_clock::now() < deadline);
            pauseBetweenLooks();
        }
    }

    // Jobs of compute can only wait there.
    void startWithoutCompute() {
        start({.settings = {"services=mail", "jobs.maxQueued=5", "http.threads=2"},
               .directory = directory_ / "data"});
    }

    // Submits until there is no place left; how many were taken.
    std::size_t fill(std::size_t least) {
        std::size_t taken = 0;
        Answer answer = http().post("/jobs", sum);
        for (; answer.status == 202; answer = http().post("/jobs", sum))
            CPPUNIT_ASSERT_MESSAGE("the queue is never full", ++taken < 100);
        checkProblem("POST /jobs", answer, 503, "jobs.maxQueued");
        CPPUNIT_ASSERT(!answer.field("Retry-After").empty());
        CPPUNIT_ASSERT_MESSAGE(answer.body, taken >= least);
        return taken;
    }

    const TemporaryDirectory directory_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(FullTest);

}  // namespace errand::tests
