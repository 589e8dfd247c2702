// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "system/mail_jobs.h"
#include "system/postfix.h"
#include "system/with_server.h"

namespace errand::tests {

// A mail server that cannot take anything for a while costs no job an attempt.
class SmtpOutageTest : public WithServer {
    CPPUNIT_TEST_SUITE(SmtpOutageTest);
    CPPUNIT_TEST(refusedLoginWaitsForAGoodPassword);
    CPPUNIT_TEST(passwordMendedAtTheServerNeedsNoRestart);
    CPPUNIT_TEST(whatComesWhileTheServerIsAwayGoesWhenItIsBack);
    CPPUNIT_TEST(connectionsThatDiedOfAgeCostNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        postfix_ = std::make_unique<Postfix>();
        directory_ = std::make_unique<TemporaryDirectory>();
    }
    void tearDown() override {
        WithServer::tearDown();
        postfix_.reset();
        directory_.reset();
    }

private:
    // Over the same data each time.
    void begin(const std::vector<std::string>& more = {}) {
        std::vector<std::string> settings = postfix_->settings();
        settings.insert(settings.end(), more.begin(), more.end());
        start({.settings = settings, .directory = *directory_ / "data"});
    }

    std::string send(int number = 0) {
        return submit(http(), mailJob("name" + std::to_string(number) + "@example.org", "s", "c"));
    }

    // Each has arrived once, at its job's first attempt.
    void checkArrived(const std::vector<std::string>& ids) {
        for (const std::string& id : ids) {
            const base::Json job = waitFor(http(), id);
            CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
            CPPUNIT_ASSERT_EQUAL(std::string("null"), member(job, "error"));
        }
        std::vector<std::string> arrived;
        for (const Mail& mail : postfix_->waitForMails(ids.size())) {
            arrived.push_back(mail.jobId());
        }
        std::vector<std::string> sent = ids;
        std::sort(sent.begin(), sent.end());
        std::sort(arrived.begin(), arrived.end());
        CPPUNIT_ASSERT(sent == arrived);
    }

    std::vector<std::string> sendRefused() {
        std::vector<std::string> ids{send()};
        const base::Json job = waitUntilPutOff(http(), ids[0], 0, "535 5.7.8");
        checkHolds("error", member(job, "error"), R"("type":"TryAgain")");
        waitForGate(http(), true);
        for (int i = 1; i < 5; ++i) ids.push_back(send(i));
        for (const std::string& id : ids) {
            const base::Json each = jobNow(http(), id);
            // One of them may be out as the probe.
            const bool probe = member(each, "state") == "running";
            CPPUNIT_ASSERT_EQUAL(std::string(probe ? "1" : "0"), member(each, "attempt"));
        }
        CPPUNIT_ASSERT(postfix_->mails().empty());
        return ids;
    }

    void refusedLoginWaitsForAGoodPassword() {
        begin({"smtp.password=wrong"});
        const std::vector<std::string> ids = sendRefused();
        begin();
        checkArrived(ids);
    }

    void passwordMendedAtTheServerNeedsNoRestart() {
        postfix_->logins().setPassword("another");
        begin();
        const std::vector<std::string> ids = sendRefused();
        postfix_->logins().setPassword("open sesame");
        checkArrived(ids);
        waitForGate(http(), false);
    }

    void whatComesWhileTheServerIsAwayGoesWhenItIsBack() {
        constexpr int count = 300;
        begin();
        // The connections are open when it goes.
        std::vector<std::string> ids{send(count)};
        waitFor(http(), ids[0]);
        postfix_->stop();
        for (int i = 0; i < count; ++i) ids.push_back(send(i));
        waitForGate(http(), true);
        waitFor(http(), submitComputation(http(), computation("sum", "1", "2")));
        postfix_->start();
        checkArrived(ids);
        waitForGate(http(), false);
    }

    void connectionsThatDiedOfAgeCostNothing() {
        begin({"mail.workers=1"});
        std::vector<std::string> ids;
        for (int i = 0; i < 3; ++i) {
            ids.push_back(send(i));
            waitFor(http(), ids.back());
            // The kept connection breaks, and the server is there all the same.
            postfix_->stop();
            postfix_->start();
        }
        checkArrived(ids);
    }

    std::unique_ptr<Postfix> postfix_;
    std::unique_ptr<TemporaryDirectory> directory_;
};
static const PostfixTest<SmtpOutageTest> registration("SmtpOutageTest");

}  // namespace errand::tests
