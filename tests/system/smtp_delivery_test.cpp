// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>
#include <string>
#include <vector>

#include "system/mail_jobs.h"
#include "system/postfix.h"
#include "system/with_server.h"

namespace errand::tests {

namespace {

const std::string sentence = "Please wait the calculation, you'll receive an email with results";

}  // namespace

// Mail through a real server, with TLS and a login.
class SmtpDeliveryTest : public WithServer {
    CPPUNIT_TEST_SUITE(SmtpDeliveryTest);
    CPPUNIT_TEST(mainJobsMailsArrive);
    CPPUNIT_TEST(tlsFromTheFirstByteWorksToo);
    CPPUNIT_TEST(loginWordByWordWorksToo);
    CPPUNIT_TEST(contentsArriveAsTheyWere);
    CPPUNIT_TEST(unknownRecipientFailsInTheServersWords);
    CPPUNIT_TEST(refusedRecipientCostsTheOthersNothing);
    CPPUNIT_TEST(nothingThatCouldBreakOutReachesTheServer);
    CPPUNIT_TEST_SUITE_END();

public:
    void tearDown() override {
        WithServer::tearDown();
        postfix_.reset();
    }

private:
    // The server, and errandd with what it needs for it.
    Postfix& startBoth(const std::vector<std::string>& more = {},
                       const std::string& mechanism = "PLAIN") {
        postfix_ = std::make_unique<Postfix>(mechanism);
        std::vector<std::string> settings = postfix_->settings();
        settings.insert(settings.end(), more.begin(), more.end());
        start({.settings = settings});
        return *postfix_;
    }

    // Each is of a mail job of its own, which has succeeded at its first attempt.
    void checkJobs(const std::vector<Mail>& mails) {
        std::set<std::string> ids;
        for (const Mail& mail : mails) {
            const base::Json job = waitFor(http(), mail.jobId());
            CPPUNIT_ASSERT_EQUAL(std::string("send"), member(job, "method"));
            CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
            CPPUNIT_ASSERT(ids.insert(mail.jobId()).second);
        }
    }

    void checkMainJob(Postfix& postfix) {
        const std::string body = computation("sum", "30", "10", "name@example.org");
        CPPUNIT_ASSERT_EQUAL(std::string("40"),
                             member(waitFor(http(), submitComputation(http(), body)), "result"));
        const std::vector<Mail> mails = postfix.waitForMails(2);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), mails.size());
        CPPUNIT_ASSERT_EQUAL(sentence + '\n', mailWithSubject(mails, "API Notification").body);
        CPPUNIT_ASSERT_EQUAL(std::string("The result is: 40\n"),
                             mailWithSubject(mails, "Your operation is complete!").body);
        for (const Mail& mail : mails) {
            CPPUNIT_ASSERT_EQUAL(std::string("name@example.org"), mail.field("To"));
            CPPUNIT_ASSERT_EQUAL(std::string("errand@example.org"), mail.field("From"));
            CPPUNIT_ASSERT_EQUAL(std::string("<errand@example.org>"), mail.field("Return-Path"));
            CPPUNIT_ASSERT_EQUAL(std::string("name@example.org"), mail.field("Delivered-To"));
        }
        checkJobs(mails);
    }

    void mainJobsMailsArrive() {
        Postfix& postfix = startBoth();
        checkMainJob(postfix);
        checkHolds("TLS, and a login", postfix.log(), "Anonymous TLS connection established");
        checkHolds("TLS, and a login", postfix.log(), "sasl_method=PLAIN, sasl_username=errand");
    }

    void tlsFromTheFirstByteWorksToo() {
        postfix_ = std::make_unique<Postfix>();
        std::vector<std::string> settings = postfix_->settings();
        settings.emplace_back("smtp.security=tls");
        settings.push_back("smtp.port=" + std::to_string(postfix_->tlsPort()));
        start({.settings = settings});
        checkMainJob(*postfix_);
    }

    // Some servers know LOGIN only, which asks for the name and then for the password.
    void loginWordByWordWorksToo() {
        Postfix& postfix = startBoth({}, "LOGIN");
        checkMainJob(postfix);
        checkHolds("a login", postfix.log(), "sasl_method=LOGIN, sasl_username=errand");
    }

    void contentsArriveAsTheyWere() {
        Postfix& postfix = startBoth();
        const std::string subject =
            "Zw\xc3\xb6lf Boxk\xc3\xa4mpfer \xf0\x9f\x90\x96 jagen Viktor "
            "quer \xc3\xbc"
            "ber den gro\xc3\x9f"
            "en Sylter Deich, und das t\xc3\xa4glich";
        const std::vector<std::string> contents{
            "plain\n",
            ".\n..\n.\nQUIT\n.\n",
            std::string(100'000, 'x') + "\nend\n",
            "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\x96\n",
            "bare\rreturn and\r\nboth\n",
            std::string("zero \0 byte\n", 12),
            "From me\n>From you\n",
            " leading and trailing \n\n\n",
        };
        std::map<std::string, std::string> expected;  // by the job's id
        for (const std::string& each : contents) {
            expected[submit(http(), mailJob("name@example.org", subject, each))] = each;
        }
        const std::vector<Mail> mails = postfix.waitForMails(contents.size());
        CPPUNIT_ASSERT_EQUAL(contents.size(), mails.size());
        for (const Mail& mail : mails) {
            CPPUNIT_ASSERT_EQUAL(subject, mail.subject());
            CPPUNIT_ASSERT_EQUAL(expected.at(mail.jobId()), mail.body);
        }
        checkJobs(mails);
    }

    void unknownRecipientFailsInTheServersWords() {
        startBoth();
        const std::string id = submit(http(), mailJob("nobody@example.org", "s", "c"));
        const base::Json job = waitFor(http(), id, "failed");
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        const std::string error = member(job, "error");
        checkHolds("error", error, "SMTPRecipientsRefused");
        checkHolds("error", error,
                   "550 5.1.1 <nobody@example.org>: Recipient address rejected: "
                   "User unknown in virtual mailbox table");
    }

    void refusedRecipientCostsTheOthersNothing() {
        // All over the one connection: what is refused leaves it as good as new.
        Postfix& postfix = startBoth({"mail.workers=1"});
        std::vector<std::string> refused;
        for (int i = 0; i < 5; ++i) {
            refused.push_back(submit(http(), mailJob("nobody@example.org", "s", "c")));
            submit(http(), mailJob("name@example.org", "s", "c"));
        }
        for (const std::string& id : refused) waitFor(http(), id, "failed");
        const std::vector<Mail> mails = postfix.waitForMails(5);
        CPPUNIT_ASSERT_EQUAL(std::size_t(5), mails.size());
        checkJobs(mails);
        // With the blank: not "disconnect from".
        const std::string log = postfix.log();
        const std::size_t first = log.find(" connect from");
        CPPUNIT_ASSERT_MESSAGE(log, first != std::string::npos);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(log, std::string::npos, log.find(" connect from", first + 1));
    }

    void nothingThatCouldBreakOutReachesTheServer() {
        Postfix& postfix = startBoth();
        const std::string line = "x\r\nBcc: other@example.org";
        for (const std::string& address :
             {std::string("a@example.org>\r\nRCPT TO:<other@example.org"),
              std::string("a@example.org\nX: y"), std::string("a@example.org\0", 14),
              std::string("<a@example.org>"), std::string("a@example.org,b@example.org")}) {
            checkFields(address, http().post("/jobs", mailJob(address, "s", "c")), {"to"});
            std::string body = R"({"operation":"sum","value":1,"other":2,"email":)";
            base::appendJsonString(body, address);
            checkFields(address, http().post("/compute", body + "}"), {"email"});
        }
        for (const std::string& subject : {line, std::string("a\nb"), std::string("a\0b", 3)}) {
            checkFields(subject, http().post("/jobs", mailJob("a@example.org", subject, "c")),
                        {"subject"});
        }
        // In the contents it is contents.
        submit(http(),
               mailJob("a@example.org", "s", line + "\r\n.\r\nRCPT TO:<b@example.org>\r\n"));
        waitUntilIdle(http());
        const std::vector<Mail> mails = postfix.waitForMails(1);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), mails.size());
        CPPUNIT_ASSERT_EQUAL(std::string(), mails[0].field("Bcc"));
    }

    std::unique_ptr<Postfix> postfix_;
};
static const PostfixTest<SmtpDeliveryTest> registration("SmtpDeliveryTest");

}  // namespace errand::tests
