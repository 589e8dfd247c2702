// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <string>

#include "base/clock.h"
#include "system/with_server.h"

namespace errand::tests {

namespace {

std::string compute(const std::string& members) {
    return R"({"service":"compute","method":"compute",)" + members + '}';
}

const std::string sumArgs = R"("args":["sum",30,10])";

std::string fromNow(std::chrono::milliseconds time) {
    std::string text;
    base::appendRfc3339(text, base::Clock::system().now() + time);
    return text;
}

}  // namespace

// POST /jobs: what it takes, and what becomes of it.
class JobRequestTest : public WithServer {
    CPPUNIT_TEST_SUITE(JobRequestTest);
    CPPUNIT_TEST(jobIsAnsweredWithItselfAndItsAddress);
    CPPUNIT_TEST(argumentsMayComeByPlaceAndByName);
    CPPUNIT_TEST(theOriginalsBodyIsTakenWithoutNotification);
    CPPUNIT_TEST(aMailIsAJobLikeEveryOther);
    CPPUNIT_TEST(jobWaitsUntilItsTime);
    CPPUNIT_TEST(timesAreAnsweredInUtc);
    CPPUNIT_TEST(delayCountsFromTheSubmit);
    CPPUNIT_TEST(expiredJobFailsAndSaysSoByMail);
    CPPUNIT_TEST(maxAttemptsAndTagsAreKept);
    CPPUNIT_TEST(methodOverItsTimeFails);
    CPPUNIT_TEST_SUITE_END();

    void jobIsAnsweredWithItselfAndItsAddress() {
        start();
        const Answer answer = http().post("/jobs", compute(sumArgs));
        CPPUNIT_ASSERT_EQUAL(202, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("application/json"), answer.type());
        const base::Json job = answer.json();
        CPPUNIT_ASSERT_EQUAL("/jobs/" + member(job, "id"), answer.field("Location"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["sum",30,10])"), member(job, "args"));
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), member(job, "kwargs"));
        const base::Json done = waitFor(http(), member(job, "id"));
        CPPUNIT_ASSERT_EQUAL(std::string("40"), member(done, "result"));
        CPPUNIT_ASSERT_EQUAL(member(job, "created_at"), member(done, "created_at"));
    }

    void argumentsMayComeByPlaceAndByName() {
        start();
        const std::string mixed =
            compute(R"("args":["sub",30],"kwargs":{"email":"a@b.c","other":10})");
        CPPUNIT_ASSERT_EQUAL(std::string("20"), resultOf(mixed));
        const std::string named = compute(R"("kwargs":{"other":10,"value":30,"operation":"mul"})");
        CPPUNIT_ASSERT_EQUAL(std::string("300"), resultOf(named));
        waitUntilIdle(http());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), readMails(server().dataDirectory()).size());
    }

    void theOriginalsBodyIsTakenWithoutNotification() {
        start();
        CPPUNIT_ASSERT_EQUAL(std::string("40"), resultOf(computation("sum", "30", "10", "a@b.c")));
        waitUntilIdle(http());
        const auto all = readMails(server().dataDirectory());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), all.size());
        CPPUNIT_ASSERT_EQUAL(std::string("Your operation is complete!"),
                             all.front().field("Subject"));
    }

    void aMailIsAJobLikeEveryOther() {
        start();
        const std::string body =
            R"({"service":"mail","method":"send","args":["a@b.c","Gr\u00fc\u00dfe"],)"
            R"("kwargs":{"contents":".\nf\u00fcr dich\n"}})";
        CPPUNIT_ASSERT_EQUAL(std::string("null"), resultOf(body));
        const Mail mail = mails(1).front();
        CPPUNIT_ASSERT_EQUAL(std::string(".\nf\xC3\xBCr dich\n"), mail.body);
        CPPUNIT_ASSERT_EQUAL(std::string("Gr\xC3\xBC\xC3\x9F"
                                         "e"),
                             mail.subject());
        CPPUNIT_ASSERT_EQUAL(std::string("25"), member(listJobs(http()).front(), "max_attempts"));
    }

    void jobWaitsUntilItsTime() {
        start();
        const std::string due = fromNow(std::chrono::milliseconds(700));
        const std::string id = submit(http(), compute(sumArgs + R"(,"run_at":")" + due + '"'));
        const base::Json waiting = jobNow(http(), id);
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), member(waiting, "state"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), member(waiting, "attempt"));
        CPPUNIT_ASSERT_EQUAL(due, member(waiting, "run_at"));
        CPPUNIT_ASSERT(waiting.find("started_at")->isNull());
        CPPUNIT_ASSERT(member(waitFor(http(), id), "started_at") >= due);
    }

    void timesAreAnsweredInUtc() {
        start();
        const std::string body = compute(sumArgs + R"(,"run_at":"2030-01-31T09:00:00.5+01:00")");
        const base::Json job = http().post("/jobs", body).json();
        CPPUNIT_ASSERT_EQUAL(std::string("2030-01-31T08:00:00.500000Z"), member(job, "run_at"));
        // What is due since long ago is due now.
        const std::string past = compute(sumArgs + R"(,"run_at":"2001-01-01T00:00:00Z")");
        CPPUNIT_ASSERT_EQUAL(std::string("40"), resultOf(past));
    }

    void delayCountsFromTheSubmit() {
        start();
        const std::string id = submit(http(), compute(sumArgs + R"(,"delay":0.4)"));
        const base::Json job = waitFor(http(), id);
        const auto created = base::parseRfc3339(member(job, "created_at"));
        const auto due = base::parseRfc3339(member(job, "run_at"));
        CPPUNIT_ASSERT(*due - *created == std::chrono::milliseconds(400));
        CPPUNIT_ASSERT(member(job, "started_at") >= member(job, "run_at"));
    }

    void expiredJobFailsAndSaysSoByMail() {
        start({.settings = {"services=mail"}});  // nobody computes: the job can only wait
        const std::string id =
            submit(http(), compute(R"("args":["sum",30,10,"a@b.c"],"expires_at":")" +
                                   fromNow(std::chrono::milliseconds(400)) + '"'));
        const base::Json job = waitFor(http(), id, "failed");
        const base::Json& error = *job.find("error");
        CPPUNIT_ASSERT_EQUAL(std::string("Expired"), member(error, "type"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), member(job, "attempt"));
        CPPUNIT_ASSERT(job.find("started_at")->isNull());
        const Mail mail = mailWithSubject(mails(1), "An error occurred");
        CPPUNIT_ASSERT_EQUAL("Expired: " + member(error, "message") + '\n', mail.body);
    }

    void maxAttemptsAndTagsAreKept() {
        start();
        const std::string body = compute(sumArgs + R"(,"max_attempts":7,"tags":["b","a \u00fc"])");
        const base::Json job = waitFor(http(), submit(http(), body));
        CPPUNIT_ASSERT_EQUAL(std::string("7"), member(job, "max_attempts"));
        CPPUNIT_ASSERT_EQUAL(std::string("[\"b\",\"a \xC3\xBC\"]"), member(job, "tags"));
    }

    // It cannot be interrupted: after the grace it is given up, and its answer means nothing.
    void methodOverItsTimeFails() {
        Setup setup{.settings = longSettings};
        setup.settings.insert(setup.settings.end(),
                              {"cancel.grace=50 ms", "shutdown.grace=200 ms"});
        start(setup);
        std::string body = longComputation();
        body.insert(1, R"("email":"a@b.c",)");
        const std::string job =
            compute(R"("kwargs":)" + body + R"(,"timeout":0.05,"max_attempts":1)");
        const std::string id = submit(http(), job);
        const std::string error = member(waitFor(http(), id, "failed"), "error");
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"type":"Timeout",)"
                        R"("message":"not finished within 0.050 s, and did not stop"})"),
            error);
        const Mail mail = mailWithSubject(mails(1), "An error occurred");
        checkHolds("mail", mail.body, "Timeout: not finished within 0.050 s");
    }

    std::string resultOf(const std::string& body) {
        return member(waitFor(http(), submit(http(), body)), "result");
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(JobRequestTest);

}  // namespace errand::tests
