// SPDX-License-Identifier: Apache-2.0
#include <Poco/Exception.h>
#include <cppunit/extensions/HelperMacros.h>

#include <csignal>

#include "system/checks.h"
#include "system/fault_node.h"
#include "system/fault_store.h"
#include "system/jobs.h"
#include "system/maildir.h"

namespace errand::tests {

namespace {

constexpr int killed = 128 + SIGKILL;

// The subjects of the mails to that address, each with its first line.
std::vector<std::string> mailsTo(const std::string& data, const std::string& address) {
    std::vector<std::string> found;
    for (const Mail& mail : readMails(data)) {
        if (mail.field("To") != address) continue;
        found.push_back(mail.field("Subject") + ": " + mail.body.substr(0, mail.body.find('\n')));
    }
    return found;
}

}  // namespace

class CrashPoisonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrashPoisonTest);
    CPPUNIT_TEST(poisonFailsAfterCrashingThreeTimesAlone);
    CPPUNIT_TEST(innocentsBesidePoisonSucceed);
    CPPUNIT_TEST(jobThatCrashesOnceSucceedsAtItsFirstAttempt);
    CPPUNIT_TEST(poisonMayBeTriedAgainByAPerson);
    CPPUNIT_TEST_SUITE_END();

    // Submits a job that kills the server, perhaps before it has answered; the job's id.
    static std::string submitDeadly(FaultNode& node, Http& http, const std::string& method,
                                    const std::string& email = {}) {
        try {
            http.post("/jobs", testJob(method, markerArguments(node.marker("deadly"), email)));
        } catch (const Poco::Exception&) {
            // The method was quicker than the answer.
        }
        CPPUNIT_ASSERT_EQUAL(killed, node.waitForEnd());
        return onlyJobOf(node.data(), method);
    }

    // Starts the node until it stays up; how many runs died before.
    static int startUntilItStays(FaultNode& node, const std::string& poison) {
        for (int died = 0; died < 10; ++died) {
            // The poison may be quicker than the ready line.
            if (node.tryStart() != nullptr && outlives(node, poison)) return died;
        }
        throw std::runtime_error("the server never stays up");
    }

    // Whether the run is there still once the poison has been dealt with.
    static bool outlives(FaultNode& node, const std::string& poison) {
        while (node.server().running()) {
            const std::string state = column(node.data(), poison, "state");
            if (state == "3" || state == "2") return true;
            pauseBetweenLooks();
        }
        CPPUNIT_ASSERT_EQUAL(killed, node.waitForEnd());
        return false;
    }

    void poisonFailsAfterCrashingThreeTimesAlone() {
        FaultNode node;
        node.start();
        Http http(node.server().port());
        const std::string id = submitDeadly(node, http, "crash", "p@example.org");
        CPPUNIT_ASSERT_EQUAL(2, startUntilItStays(node, id));
        Http again(node.server().port());
        const base::Json job = waitFor(again, id, "failed");
        checkHolds("error", member(job, "error"), R"("type":"NodeLost")");
        checkHolds("error", member(job, "error"), "died 3 times while this job ran alone");
        CPPUNIT_ASSERT(!job.find("finished_at")->isNull());
        waitUntilFinished(node.data());
        const auto mails = mailsTo(node.data(), "p@example.org");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), mails.size());
        checkHolds("mail", mails[0], "An error occurred: NodeLost: the process died 3 times");
        node.server().stop();
        CPPUNIT_ASSERT_EQUAL(std::string("ok"), integrity(node.data()));
    }

    void innocentsBesidePoisonSucceed() {
        FaultNode node;
        node.start();
        Http http(node.server().port());
        std::vector<std::string> innocents;
        for (const char* name : {"one", "two"}) {
            const std::string email = std::string(name) + "@example.org";
            innocents.push_back(
                submit(http, testJob("wait", markerArguments(node.marker(name), email))));
            node.waitUntilBegun(name);
        }
        const std::string poison = submitDeadly(node, http, "crash", "p@example.org");
        node.put("one");
        node.put("two");
        // The crash that could have been anybody's is not counted.
        CPPUNIT_ASSERT_EQUAL(3, startUntilItStays(node, poison));
        Http again(node.server().port());
        for (const std::string& id : innocents) {
            const base::Json job = waitFor(again, id);
            CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        }
        waitFor(again, poison, "failed");
        waitUntilFinished(node.data());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), mailsTo(node.data(), "one@example.org").size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), mailsTo(node.data(), "two@example.org").size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), mailsTo(node.data(), "p@example.org").size());
        node.server().stop();
    }

    void jobThatCrashesOnceSucceedsAtItsFirstAttempt() {
        FaultNode node;
        node.start();
        Http http(node.server().port());
        const std::string id = submitDeadly(node, http, "crash_once");
        node.start();
        Http again(node.server().port());
        const base::Json job = waitFor(again, id);
        CPPUNIT_ASSERT_EQUAL(std::string("survived"), member(job, "result"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
        CPPUNIT_ASSERT_EQUAL(std::string("1"), column(node.data(), id, "crashes"));
        node.server().stop();
    }

    void poisonMayBeTriedAgainByAPerson() {
        FaultNode node({"jobs.maxCrashes=1"});
        node.start();
        Http http(node.server().port());
        const std::string id = submitDeadly(node, http, "crash_once");
        CPPUNIT_ASSERT_EQUAL(0, startUntilItStays(node, id));
        Http again(node.server().port());
        checkHolds("error", member(waitFor(again, id, "failed"), "error"), "NodeLost");
        CPPUNIT_ASSERT_EQUAL(202, again.post("/jobs/" + id + "/retry").status);
        CPPUNIT_ASSERT_EQUAL(std::string("survived"), member(waitFor(again, id), "result"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), column(node.data(), id, "crashes"));
        node.server().stop();
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(CrashPoisonTest);

}  // namespace errand::tests
