// SPDX-License-Identifier: Apache-2.0
#include <Poco/Exception.h>

#include <iostream>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "system/fault_store.h"
#include "system/mail_jobs.h"
#include "system/postfix.h"
#include "system/with_server.h"

namespace errand::tests {

// kill -9 while mails are on their way to a real server.
class SmtpCrashTest : public WithServer {
    CPPUNIT_TEST_SUITE(SmtpCrashTest);
    CPPUNIT_TEST(everyMailArrivesAndSecondCopiesBearTheSameId);
    CPPUNIT_TEST_SUITE_END();

    static constexpr int kills = 5;

    // Acknowledged ids, until the server is killed.
    static void sendUntilKilled(int port, std::vector<std::string>& ids) {
        try {
            Http mine(port);
            for (;;) ids.push_back(submit(mine, mailJob("name@example.org", "s", "c")));
        } catch (const Poco::Exception&) {
            // The server is gone, as it was meant to be.
        }
    }

    // By job: how many copies, which must be the same to the letter.
    static std::map<std::string, int> copies(const std::vector<Mail>& mails) {
        std::map<std::string, int> found;
        std::map<std::string, std::string> dates;
        for (const Mail& mail : mails) {
            CPPUNIT_ASSERT_EQUAL("<" + mail.jobId() + "@example.org>", mail.field("Message-ID"));
            CPPUNIT_ASSERT_EQUAL(std::string("c\n"), mail.body);
            ++found[mail.jobId()];
            const auto first = dates.emplace(mail.jobId(), mail.field("Date")).first;
            CPPUNIT_ASSERT_EQUAL(first->second, mail.field("Date"));
        }
        return found;
    }

    void everyMailArrivesAndSecondCopiesBearTheSameId() {
        Postfix postfix;
        const TemporaryDirectory directory;
        const Setup setup{.settings = postfix.settings(), .directory = directory / "data"};
        std::vector<std::string> acknowledged;
        for (int i = 0; i < kills; ++i) {
            Server server(setup);
            const std::size_t before = postfix.mails().size();
            std::vector<std::string> ids;
            std::thread client(sendUntilKilled, server.port(), std::ref(ids));
            // Mails are under way, at a moment of their own each time.
            postfix.waitForMails(before + 5 + static_cast<std::size_t>(3 * i));
            server.kill();
            client.join();
            acknowledged.insert(acknowledged.end(), ids.begin(), ids.end());
        }
        start(setup);
        waitUntilFinished(setup.directory);
        // Whether or not the client heard of it.
        const std::vector<base::Json> jobs = listJobs(http());
        for (const base::Json& job : jobs) {
            CPPUNIT_ASSERT_EQUAL(std::string("succeeded"), member(job, "state"));
        }
        std::set<std::string> ids;
        for (const base::Json& job : jobs) ids.insert(member(job, "id"));
        for (const std::string& id : acknowledged) CPPUNIT_ASSERT(ids.contains(id));
        const auto found = copies(postfix.waitForMails(jobs.size()));
        for (const std::string& id : ids) CPPUNIT_ASSERT_MESSAGE(id, found.contains(id));
        CPPUNIT_ASSERT_EQUAL(ids.size(), found.size());
        tearDown();
        std::size_t twice = 0;
        for (const auto& [id, count] : found) twice += count > 1 ? 1 : 0;
        std::cout << ' ' << jobs.size() << " mails, " << twice << " more than once" << std::flush;
    }
};
static const PostfixTest<SmtpCrashTest> registration("SmtpCrashTest");

}  // namespace errand::tests
