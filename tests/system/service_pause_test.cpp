// SPDX-License-Identifier: Apache-2.0
// A service that is paused: its jobs wait, whatever comes, and lose nothing by it.
#include <algorithm>
#include <string>
#include <vector>

#include "system/with_server.h"

namespace errand::tests {

class ServicePauseTest : public WithServer {
    CPPUNIT_TEST_SUITE(ServicePauseTest);
    CPPUNIT_TEST(jobsWaitOverARestartAndThenRunInOrder);
    CPPUNIT_TEST(otherServicesGoOn);
    CPPUNIT_TEST(whatRunsIsNotStopped);
    CPPUNIT_TEST(whatIsUrgentBeginsFirst);
    CPPUNIT_TEST(unknownServicesAreNotFound);
    CPPUNIT_TEST_SUITE_END();

    base::Json turn(const std::string& service, const std::string& way) {
        const Answer answer = http().post("/services/" + service + '/' + way);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        CPPUNIT_ASSERT_EQUAL(service, member(answer.json(), "name"));
        CPPUNIT_ASSERT_EQUAL(std::string(way == "pause" ? "true" : "false"),
                             member(answer.json(), "paused"));
        return answer.json();
    }

    std::string submitMail(const std::string& subject) {
        return submit(http(), R"({"service":"mail","method":"send","args":["a@b.c",")" + subject +
                                  R"(","text"]})");
    }

    void checkWaiting(const std::vector<std::string>& ids) {
        for (const std::string& id : ids) {
            const base::Json job = jobNow(http(), id);
            CPPUNIT_ASSERT_EQUAL(std::string("queued"), member(job, "state"));
            CPPUNIT_ASSERT_EQUAL(std::string("0"), member(job, "attempt"));
        }
    }

    void jobsWaitOverARestartAndThenRunInOrder() {
        const TemporaryDirectory directory;
        const Setup setup{.settings = {"mail.workers=1"}, .directory = directory.path()};
        start(setup);
        turn("mail", "pause");
        turn("mail", "pause");  // twice is once
        std::vector<std::string> ids;
        for (int i = 0; i < 5; ++i) ids.push_back(submitMail("mail " + std::to_string(i)));
        checkWaiting(ids);
        start(setup);
        for (int i = 5; i < 10; ++i) ids.push_back(submitMail("mail " + std::to_string(i)));
        // A service that is not paused has had its turn meanwhile.
        waitFor(http(), submit(http(), computation("sum", "1", "1")));
        checkWaiting(ids);
        CPPUNIT_ASSERT_EQUAL(std::string("10"),
                             member(*turn("mail", "pause").find("jobs"), "queued"));

        turn("mail", "resume");
        std::vector<std::string> begun;
        for (const std::string& id : ids) {
            const base::Json job = waitFor(http(), id);
            CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
            begun.push_back(member(job, "started_at"));
        }
        CPPUNIT_ASSERT(std::is_sorted(begun.begin(), begun.end()));
        CPPUNIT_ASSERT_EQUAL(std::size_t(10), mails(10).size());
        const base::Json jobs = *turn("mail", "resume").find("jobs");
        CPPUNIT_ASSERT_EQUAL(std::string("0"), member(jobs, "queued"));
        CPPUNIT_ASSERT_EQUAL(std::string("10"), member(jobs, "succeeded"));
        waitFor(http(), submitMail("one more"));
    }

    void otherServicesGoOn() {
        start();
        turn("mail", "pause");
        const std::string id = submit(http(), computation("sum", "1", "2", "a@b.c"));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), member(waitFor(http(), id), "result"));
        const std::vector<base::Json> children = listJobs(http(), "parent=" + id);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), children.size());
        checkWaiting({member(children[0], "id")});
        turn("compute", "pause");
        const std::string waiting = submit(http(), computation("sum", "1", "2"));
        turn("mail", "resume");
        mails(1);
        checkWaiting({waiting});
        turn("compute", "resume");
        waitFor(http(), waiting);
    }

    void whatRunsIsNotStopped() {
        start({.settings = longSettings});
        const std::string id = submit(http(), longComputation());
        waitUntilBegun(http(), id);
        turn("compute", "pause");
        const std::string next = submit(http(), computation("sum", "1", "2"));
        waitFor(http(), id);
        checkWaiting({next});
        turn("compute", "resume");
        waitFor(http(), next);
    }

    // One worker, which all of them wait for.
    void whatIsUrgentBeginsFirst() {
        start({.settings = {"mail.workers=1"}});
        turn("mail", "pause");
        std::vector<std::string> ids(9);
        const std::vector<std::string> levels{"low", "normal", "high"};
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const std::string& level = levels[i % 3];
            const std::string body = R"({"service":"mail","method":"send","args":["a@b.c","s",)"
                                     R"("text"],"priority":")" +
                                     level + "\"}";
            // In the order in which they are to begin: the last level first.
            ids[(2 - i % 3) * 3 + i / 3] = submit(http(), body);
        }
        turn("mail", "resume");
        std::vector<std::string> begun;
        for (const std::string& id : ids)
            begun.push_back(member(waitFor(http(), id), "started_at"));
        CPPUNIT_ASSERT(std::is_sorted(begun.begin(), begun.end()));
        CPPUNIT_ASSERT(begun.front() < begun.back());
    }

    void unknownServicesAreNotFound() {
        start();
        for (const char* way : {"pause", "resume"})
            checkProblem(way, http().post(std::string("/services/nobody/") + way), 404, "'nobody'");
        const Answer answer = http().get("/services/mail/pause");
        checkProblem("GET", answer, 405);
        CPPUNIT_ASSERT_EQUAL(std::string("POST, OPTIONS"), answer.field("Allow"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ServicePauseTest);

}  // namespace errand::tests
