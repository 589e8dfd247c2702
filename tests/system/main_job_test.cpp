// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "system/with_server.h"

namespace errand::tests {

namespace {

const std::string sentence = "Please wait the calculation, you'll receive an email with results";

std::vector<std::string> names(const base::Json& object) {
    std::vector<std::string> all;
    for (const auto& [name, value] : object.asObject()) all.push_back(name);
    return all;
}

bool isTime(const base::Json& value) {
    const std::string& text = value.asString();
    return text.size() == 27 && text.ends_with('Z') && text[10] == 'T' && text[19] == '.';
}

}  // namespace

// What the original stack does, from outside and to the letter.
class MainJobTest : public WithServer {
    CPPUNIT_TEST_SUITE(MainJobTest);
    CPPUNIT_TEST(submitIsAnsweredWithTheSentenceAndTheJobsAddress);
    CPPUNIT_TEST(jobHasItsMembersInOrder);
    CPPUNIT_TEST(jobsValuesAreOfTheirTypes);
    CPPUNIT_TEST(notificationAndResultAreMailed);
    CPPUNIT_TEST(failureIsMailedAndStaysVisible);
    CPPUNIT_TEST(withoutAnEmailNothingIsMailed);
    CPPUNIT_TEST(resultMailIsAChildAndTheNotificationIsNot);
    CPPUNIT_TEST(mailsHaveWhatAMailNeeds);
    CPPUNIT_TEST_SUITE_END();

    void submitIsAnsweredWithTheSentenceAndTheJobsAddress() {
        start();
        const Answer answer = http().post("/compute", computation("sum", "30", "10", "a@b.c"));
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string("text/plain; charset=utf-8"), answer.type());
        CPPUNIT_ASSERT_EQUAL(sentence, answer.body);
        const std::string location = answer.field("Location");
        CPPUNIT_ASSERT_EQUAL(std::string("/jobs/"), location.substr(0, 6));
        CPPUNIT_ASSERT_EQUAL(std::size_t(6 + 36), location.size());
        CPPUNIT_ASSERT_EQUAL(200, http().get(location).status);
    }

    void jobHasItsMembersInOrder() {
        start();
        const base::Json job = finished("sum", "30", "10");
        const std::vector<std::string> expected{
            "id",     "service",    "method",  "args",         "kwargs",      "state",
            "result", "error",      "attempt", "max_attempts", "progress",    "cancel_requested",
            "tags",   "created_at", "run_at",  "started_at",   "finished_at", "parent_id"};
        CPPUNIT_ASSERT_MESSAGE(job.toString(), names(job) == expected);
    }

    void jobsValuesAreOfTheirTypes() {
        start();
        const base::Json job = finished("sum", "30", "10");
        CPPUNIT_ASSERT_EQUAL(std::string("compute"), member(job, "service"));
        CPPUNIT_ASSERT_EQUAL(std::string("compute"), member(job, "method"));
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), member(job, "args"));
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"operation":"sum","value":30,"other":10,"email":"a@b.c"})"),
            member(job, "kwargs"));
        CPPUNIT_ASSERT(job.find("result")->isInteger());
        CPPUNIT_ASSERT_EQUAL(std::string("40"), member(job, "result"));
        for (const char* name : {"error", "progress", "parent_id"})
            CPPUNIT_ASSERT_MESSAGE(name, job.find(name)->isNull());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        CPPUNIT_ASSERT_EQUAL(std::string("3"), member(job, "max_attempts"));
        CPPUNIT_ASSERT_EQUAL(std::string("false"), member(job, "cancel_requested"));
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), member(job, "tags"));
        for (const char* name : {"created_at", "run_at", "started_at", "finished_at"})
            CPPUNIT_ASSERT_MESSAGE(name, isTime(*job.find(name)));
        CPPUNIT_ASSERT(member(job, "created_at") <= member(job, "started_at"));
        CPPUNIT_ASSERT(member(job, "started_at") <= member(job, "finished_at"));
    }

    void notificationAndResultAreMailed() {
        start();
        finished("sum", "30", "10");
        const std::vector<Mail> all = mails(2);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), all.size());
        const Mail notification = mailWithSubject(all, "API Notification");
        CPPUNIT_ASSERT_EQUAL(sentence + "\n", notification.body);
        const Mail result = mailWithSubject(all, "Your operation is complete!");
        CPPUNIT_ASSERT_EQUAL(std::string("The result is: 40\n"), result.body);
        for (const Mail& mail : all) CPPUNIT_ASSERT_EQUAL(std::string("a@b.c"), mail.field("To"));
    }

    void failureIsMailedAndStaysVisible() {
        start();
        const std::string id = submitComputation(http(), computation("div", "1", "0", "a@b.c"));
        const base::Json job = waitFor(http(), id, "failed");
        CPPUNIT_ASSERT_EQUAL(
            std::string(R"({"type":"ZeroDivisionError","message":"division by zero"})"),
            member(job, "error"));
        CPPUNIT_ASSERT(job.find("result")->isNull());
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        const Mail mail = mailWithSubject(mails(2), "An error occurred");
        CPPUNIT_ASSERT_EQUAL(std::string("division by zero\n"), mail.body);
    }

    void withoutAnEmailNothingIsMailed() {
        start();
        waitFor(http(), submitComputation(http(), computation("sum", "1", "2")));
        const std::string null = R"({"operation":"div","value":1,"other":0,"email":null})";
        waitFor(http(), submitComputation(http(), null), "failed");
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), waitUntilIdle(http()).size());
        CPPUNIT_ASSERT(readMails(server().dataDirectory()).empty());
    }

    void resultMailIsAChildAndTheNotificationIsNot() {
        start();
        const std::string id = submitComputation(http(), computation("sum", "30", "10", "a@b.c"));
        waitFor(http(), id);
        waitUntilIdle(http());
        const std::vector<base::Json> children = listJobs(http(), "parent=" + id);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), children.size());
        const base::Json child = jobNow(http(), member(children.front(), "id"));
        CPPUNIT_ASSERT_EQUAL(id, member(child, "parent_id"));
        CPPUNIT_ASSERT_EQUAL(std::string("mail"), member(child, "service"));
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"to":"a@b.c","subject":"Your operation is complete!",)"
                                         R"("contents":"The result is: 40"})"),
                             member(child, "kwargs"));
        for (const base::Json& mail : listJobs(http(), "service=mail"))
            CPPUNIT_ASSERT_EQUAL(std::string("succeeded"), member(mail, "state"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), listJobs(http(), "service=mail").size());
    }

    void mailsHaveWhatAMailNeeds() {
        start({.settings = {"mail.from=errand@example.org"}});
        finished("sum", "30", "10");
        for (const Mail& mail : mails(2)) {
            CPPUNIT_ASSERT_EQUAL(std::string("errand@example.org"), mail.field("From"));
            CPPUNIT_ASSERT_EQUAL(std::string("1.0"), mail.field("MIME-Version"));
            CPPUNIT_ASSERT(!mail.field("Date").empty());
            const std::string id = mail.field("Message-ID");
            CPPUNIT_ASSERT_EQUAL(std::string("mail"),
                                 member(jobNow(http(), id.substr(1, 36)), "service"));
        }
    }

    base::Json finished(const std::string& operation, const std::string& value,
                        const std::string& other) {
        const std::string body = computation(operation, value, other, "a@b.c");
        return waitFor(http(), submitComputation(http(), body));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(MainJobTest);

}  // namespace errand::tests
