// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "system/with_server.h"

namespace errand::tests {

namespace {

const std::string scheduled = scheduledComputation(3600);
const std::string unknownId = "0190163d-8694-739b-aea5-966c26f8ad91";

}  // namespace

// DELETE /jobs/ID and POST /jobs/ID/retry.
class JobChangeTest : public WithServer {
    CPPUNIT_TEST_SUITE(JobChangeTest);
    CPPUNIT_TEST(queuedJobIsCancelledAtOnce);
    CPPUNIT_TEST(finishedJobCannotBeCancelled);
    CPPUNIT_TEST(runningJobThatDoesNotStopIsCancelledAfterTheGrace);
    CPPUNIT_TEST(runningJobThatEndsWithinTheGraceKeepsItsResult);
    CPPUNIT_TEST(cancelledJobRunsWhenRetried);
    CPPUNIT_TEST(failedJobIsTriedAgainWithNewAttempts);
    CPPUNIT_TEST(onlyEndedJobsThatDidNotSucceedCanBeRetried);
    CPPUNIT_TEST(unknownJobsAreNotFound);
    CPPUNIT_TEST_SUITE_END();

    void queuedJobIsCancelledAtOnce() {
        start();
        const std::string id = submit(http(), scheduled);
        const Answer answer = http().remove("/jobs/" + id);
        CPPUNIT_ASSERT_EQUAL(202, answer.status);
        const base::Json job = answer.json();
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), member(job, "state"));
        CPPUNIT_ASSERT(!job.find("finished_at")->isNull());
        CPPUNIT_ASSERT(job.find("started_at")->isNull());
        CPPUNIT_ASSERT_EQUAL(std::string("0"), member(job, "attempt"));
        checkProblem("again", http().remove("/jobs/" + id), 409, "finished");
    }

    void finishedJobCannotBeCancelled() {
        start();
        const std::string id = submit(http(), computation("sum", "1", "2"));
        waitFor(http(), id);
        const Answer answer = http().remove("/jobs/" + id);
        checkProblem("cancel", answer, 409, "finished");
        CPPUNIT_ASSERT_EQUAL(std::string("succeeded"), member(answer.json(), "state"));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), member(jobNow(http(), id), "result"));
    }

    void runningJobThatDoesNotStopIsCancelledAfterTheGrace() {
        start(withGrace("50 ms"));
        const std::string id = submit(http(), longComputation());
        waitUntilBegun(http(), id);
        const Answer answer = http().remove("/jobs/" + id);
        CPPUNIT_ASSERT_EQUAL(202, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("true"), member(answer.json(), "cancel_requested"));
        const base::Json job = waitFor(http(), id, "cancelled");
        CPPUNIT_ASSERT(job.find("result")->isNull());
    }

    void runningJobThatEndsWithinTheGraceKeepsItsResult() {
        start(withGrace("60 s"));
        const std::string id = submit(http(), longComputation());
        waitUntilBegun(http(), id);
        CPPUNIT_ASSERT_EQUAL(202, http().remove("/jobs/" + id).status);
        const base::Json job = waitFor(http(), id);
        CPPUNIT_ASSERT_EQUAL(std::string("true"), member(job, "cancel_requested"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(6000000), member(job, "result").size());
    }

    void cancelledJobRunsWhenRetried() {
        start();
        const std::string id = submit(http(), scheduled);
        http().remove("/jobs/" + id);
        const Answer answer = http().post("/jobs/" + id + "/retry");
        CPPUNIT_ASSERT_EQUAL(202, answer.status);
        const base::Json job = waitFor(http(), id);
        CPPUNIT_ASSERT_EQUAL(std::string("40"), member(job, "result"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), member(job, "max_attempts"));
    }

    void failedJobIsTriedAgainWithNewAttempts() {
        start();
        const std::string id = submit(http(), computation("div", "1", "0", "a@b.c"));
        waitFor(http(), id, "failed");
        const Answer answer = http().post("/jobs/" + id + "/retry");
        CPPUNIT_ASSERT_EQUAL(202, answer.status);
        const base::Json queued = answer.json();
        CPPUNIT_ASSERT(queued.find("parent_id")->isNull());
        waitUntilIdle(http());
        const base::Json job = waitFor(http(), id, "failed");
        CPPUNIT_ASSERT_EQUAL(std::string("2"), member(job, "attempt"));
        CPPUNIT_ASSERT_EQUAL(std::string("4"), member(job, "max_attempts"));
        // Each failure promised a mail; the earlier one stays.
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), mails(2).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), listJobs(http(), "parent=" + id).size());
    }

    void onlyEndedJobsThatDidNotSucceedCanBeRetried() {
        start();
        const std::string waiting = submit(http(), scheduled);
        checkProblem("queued", http().post("/jobs/" + waiting + "/retry"), 409, "failed");
        const std::string done = submit(http(), computation("sum", "1", "2"));
        waitFor(http(), done);
        checkProblem("succeeded", http().post("/jobs/" + done + "/retry"), 409, "failed");
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), member(jobNow(http(), waiting), "state"));
    }

    void unknownJobsAreNotFound() {
        start();
        for (const std::string& id : {unknownId, std::string("42"), std::string("%00")}) {
            checkProblem("get " + id, http().get("/jobs/" + id), 404);
            checkProblem("cancel " + id, http().remove("/jobs/" + id), 404);
            checkProblem("retry " + id, http().post("/jobs/" + id + "/retry"), 404);
        }
    }

    static Setup withGrace(const std::string& grace) {
        Setup setup{.settings = longSettings};
        setup.settings.push_back("cancel.grace=" + grace);
        setup.settings.push_back("shutdown.grace=200 ms");
        return setup;
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(JobChangeTest);

}  // namespace errand::tests
