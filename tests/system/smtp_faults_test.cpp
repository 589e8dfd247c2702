// SPDX-License-Identifier: Apache-2.0
#include "system/smtp_faults.h"

#include <string>
#include <vector>

#include "system/mail_jobs.h"
#include "system/with_server.h"

namespace errand::tests {

// What a mail server does wrong, and what becomes of the jobs.
class SmtpFaultsTest : public WithServer {
    CPPUNIT_TEST_SUITE(SmtpFaultsTest);
    CPPUNIT_TEST(passingRefusalUsesAnAttemptAndThenItGoes);
    CPPUNIT_TEST(lastPassingRefusalIsFinal);
    CPPUNIT_TEST(finalRefusalFailsInTheServersWords);
    CPPUNIT_TEST(messageRefusedAtItsEndFails);
    CPPUNIT_TEST(droppedAfterTheMessageItIsSentAgainUnderItsId);
    CPPUNIT_TEST(recipientAtWhomItHangsUpHoldsNoOtherMail);
    CPPUNIT_TEST(serverThatShutsDownClosesTheGate);
    CPPUNIT_TEST(serverThatGreetsWithRefusalClosesTheGate);
    CPPUNIT_TEST(slowServerHoldsUpItsOwnMailsOnly);
    CPPUNIT_TEST(mailBeingSentCanBeCancelled);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { server_ = std::make_unique<SmtpFaults>(); }
    void tearDown() override {
        server_->setFaults();
        WithServer::tearDown();
        server_.reset();
    }

private:
    void begin(const std::vector<std::string>& more = {}) {
        start({.settings = server_->settings(more)});
    }

    std::string send(const std::string& more = {}) {
        return submit(http(), mailJob("name@example.org", "s", "c", more));
    }

    void passingRefusalUsesAnAttemptAndThenItGoes() {
        server_->setFaults("rcpt 450 4.2.1 mailbox busy");
        begin();
        const std::string id = send();
        const base::Json job = waitUntilPutOff(http(), id, 1, "450 4.2.1 mailbox busy");
        CPPUNIT_ASSERT(member(job, "run_at") > member(job, "created_at"));
        checkHolds("error", member(job, "error"), R"("type":"TryAgain")");
        waitForGate(http(), false);
        server_->setFaults();
        // Others are not held up, nor is it once it is its time.
        waitFor(http(), send());
        retryNow(http(), id);
        CPPUNIT_ASSERT_EQUAL(std::string("2"), member(waitFor(http(), id), "attempt"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), server_->mails().size());
    }

    void lastPassingRefusalIsFinal() {
        server_->setFaults("rcpt 450 4.2.1 mailbox busy");
        begin();
        const base::Json job = waitFor(http(), send(R"(,"max_attempts":1)"), "failed");
        checkHolds("error", member(job, "error"), "450 4.2.1 mailbox busy");
    }

    void finalRefusalFailsInTheServersWords() {
        server_->setFaults("rcpt 550 5.1.1 no such user here");
        begin();
        const base::Json job = waitFor(http(), send(), "failed");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        checkHolds("error", member(job, "error"), "SMTPRecipientsRefused");
        checkHolds("error", member(job, "error"), "550 5.1.1 no such user here");
    }

    void messageRefusedAtItsEndFails() {
        server_->setFaults("data 554 5.7.1 smells of spam");
        begin();
        const base::Json job = waitFor(http(), send(), "failed");
        checkHolds("error", member(job, "error"), "SMTPDataError");
        checkHolds("error", member(job, "error"), "554 5.7.1 smells of spam");
        CPPUNIT_ASSERT(server_->mails().empty());
    }

    void droppedAfterTheMessageItIsSentAgainUnderItsId() {
        server_->setFaults("data keep drop");
        begin();
        const std::string id = send();
        waitUntilPutOff(http(), id, 1, "TryAgain");
        server_->setFaults();
        retryNow(http(), id);
        waitFor(http(), id);
        const std::vector<Mail> mails = server_->mails();
        // Nobody can know whether the first was taken; a reader can tell that they are one.
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), mails.size());
        for (const Mail& mail : mails) CPPUNIT_ASSERT_EQUAL(id, mail.jobId());
        CPPUNIT_ASSERT_EQUAL(mails[0].field("Date"), mails[1].field("Date"));
    }

    // With PIPELINING it has the recipient before it need say what it thinks of the sender.
    void recipientAtWhomItHangsUpHoldsNoOtherMail() {
        for (const std::string& more :
             {std::string(), std::string("offer PIPELINING\nmail later\n")}) {
            server_->setFaults(more + "rcpt:gone@example.org drop");
            begin({"mail.workers=1"});
            std::vector<std::string> others{send()};
            const std::string id = submit(http(), mailJob("gone@example.org", "s", "c"));
            for (int i = 0; i < 3; ++i) others.push_back(send());
            const base::Json job = waitUntilPutOff(http(), id, 1, "recipient: ");
            CPPUNIT_ASSERT(member(job, "run_at") > member(job, "created_at"));
            checkHolds("error", member(job, "error"), R"("type":"TryAgain")");
            for (const std::string& other : others) {
                CPPUNIT_ASSERT_EQUAL(std::string("1"), member(waitFor(http(), other), "attempt"));
            }
            waitForGate(http(), false);
            server_->setFaults(more);
            retryNow(http(), id);
            waitFor(http(), id);
            WithServer::tearDown();
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(10), server_->mails().size());
    }

    // Jobs wait with no attempt used, the one that met it says why, and all go when it is mended.
    void checkGate(const std::string& fault, const std::string& words) {
        server_->setFaults(fault);
        begin();
        const std::string first = send();
        waitUntilPutOff(http(), first, 0, words);
        waitForGate(http(), true);
        std::vector<std::string> ids{first};
        for (int i = 0; i < 5; ++i) ids.push_back(send());
        waitFor(http(), submitComputation(http(), computation("sum", "1", "2")));
        server_->setFaults();
        for (const std::string& id : ids) {
            CPPUNIT_ASSERT_EQUAL(std::string("1"), member(waitFor(http(), id), "attempt"));
        }
        waitForGate(http(), false);
        CPPUNIT_ASSERT_EQUAL(ids.size(), server_->mails().size());
    }

    void serverThatShutsDownClosesTheGate() {
        checkGate("mail 421 4.3.2 shutting down", "421 4.3.2 shutting down");
    }

    void serverThatGreetsWithRefusalClosesTheGate() {
        checkGate("connect 554 5.3.2 no service here", "554 5.3.2 no service here");
    }

    void slowServerHoldsUpItsOwnMailsOnly() {
        server_->setFaults("data hold");
        begin({"mail.workers=2"});
        const std::string first = send();
        const std::string second = send();
        const std::string third = send();
        server_->waitForLog("data name@example.org\n");
        for (const std::string& id : {first, second}) waitUntilBegun(http(), id);
        waitFor(http(), submitComputation(http(), computation("sum", "1", "2")));
        CPPUNIT_ASSERT(jobNow(http(), third).find("started_at")->isNull());
        server_->setFaults();
        for (const std::string& id : {first, second, third}) {
            CPPUNIT_ASSERT_EQUAL(std::string("1"), member(waitFor(http(), id), "attempt"));
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), server_->mails().size());
    }

    void mailBeingSentCanBeCancelled() {
        server_->setFaults("rcpt hold");
        begin({"mail.workers=1"});
        const std::string id = send();
        server_->waitForLog("rcpt name@example.org\n");
        CPPUNIT_ASSERT_EQUAL(202, http().remove("/jobs/" + id).status);
        waitFor(http(), id, "cancelled");
        server_->setFaults();
        waitFor(http(), send());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), server_->mails().size());
    }

    std::unique_ptr<SmtpFaults> server_;
};
CPPUNIT_TEST_SUITE_REGISTRATION(SmtpFaultsTest);

}  // namespace errand::tests
