// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/clock.h"
#include "system/with_server.h"

namespace errand::tests {

namespace {

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

// "TIME LEVEL SOURCE TEXT", in printable characters.
void checkLine(const std::string& line) {
    std::istringstream words(line);
    std::string time, level, source, text;
    words >> time >> level >> source >> text;
    CPPUNIT_ASSERT_MESSAGE(line, base::parseRfc3339(time).has_value());
    const std::set<std::string> levels{"fatal",  "critical",    "error", "warning",
                                       "notice", "information", "debug", "trace"};
    CPPUNIT_ASSERT_MESSAGE(line, levels.contains(level));
    CPPUNIT_ASSERT_MESSAGE(line, !source.empty() && !text.empty());
    CPPUNIT_ASSERT_MESSAGE(line, std::none_of(line.begin(), line.end(), [](char c) {
                               return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
                           }));
}

}  // namespace

// What the log says, and what it keeps to itself.
class LogTest : public WithServer {
    CPPUNIT_TEST_SUITE(LogTest);
    CPPUNIT_TEST(everyLineHasTimeLevelAndSource);
    CPPUNIT_TEST(failedJobsAreLoggedWithTheirIds);
    CPPUNIT_TEST(doneJobsAreNotLogged);
    CPPUNIT_TEST(mailsAndCredentialsAreNeverLogged);
    CPPUNIT_TEST(mailThatCannotBeDeliveredIsLoggedOnceAndSentLater);
    CPPUNIT_TEST(levelDecidesWhatIsLogged);
    CPPUNIT_TEST(requestsAndJobsAreJsonWithTheirTrace);
    CPPUNIT_TEST(theLogGoesToAFile);
    CPPUNIT_TEST_SUITE_END();

    void everyLineHasTimeLevelAndSource() {
        start({.settings = {"log.level=trace"}});
        work();
        const std::vector<std::string> lines = linesOf(logAfterStop());
        CPPUNIT_ASSERT(lines.size() > 5);
        for (const std::string& line : lines) checkLine(line);
    }

    void failedJobsAreLoggedWithTheirIds() {
        start();
        const std::string id = submit(http(), computation("div", "1", "0"));
        waitFor(http(), id, "failed");
        const std::string log = logAfterStop();
        checkHolds("the log", log, "warning jobs " + id + " failed: ZeroDivisionError");
        for (const std::string& line : linesOf(log)) checkLine(line);
    }

    // A log of the ordinary would be larger than the database.
    void doneJobsAreNotLogged() {
        start();
        const std::string id = submit(http(), computation("sum", "30", "10", "a@b.c"));
        waitFor(http(), id);
        waitUntilIdle(http());
        const std::string log = logAfterStop();
        CPPUNIT_ASSERT_EQUAL(std::string::npos, log.find(id));
        CPPUNIT_ASSERT_EQUAL(std::string::npos, log.find("warning"));
    }

    void mailsAndCredentialsAreNeverLogged() {
        start({.settings = {"log.level=trace"}});
        work();
        const std::string log = logAfterStop();
        for (const char* secret :
             {"words-of-the-mail", "subject-of-the-mail", "credentials-of-the-client", "8675309"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(secret, std::string::npos, log.find(secret));
    }

    // A broken Maildir is the service's trouble, not the mail's.
    void mailThatCannotBeDeliveredIsLoggedOnceAndSentLater() {
        start();
        const std::string folder = server().dataDirectory() + "/maildir/tmp";
        std::filesystem::remove(folder);
        writeFile(folder, "in the way");
        std::vector<std::string> ids;
        for (int i = 0; i < 3; ++i) ids.push_back(submit(http(), mail("words-of-the-mail")));
        const auto deadline = std::chrono::steady_clock::now() + generous;
        while (server().stderrText().find("mail cannot work now") == std::string::npos) {
            CPPUNIT_ASSERT(std::chrono::steady_clock::now() < deadline);
            pauseBetweenLooks();
        }
        std::filesystem::remove(folder);
        std::filesystem::create_directory(folder);
        for (const std::string& id : ids) {
            const base::Json job = waitFor(http(), id);
            CPPUNIT_ASSERT_EQUAL(std::string("1"), member(job, "attempt"));
            CPPUNIT_ASSERT(job.find("error")->isNull());
        }
        CPPUNIT_ASSERT_EQUAL(ids.size(), mails(3).size());
        const std::string log = logAfterStop();
        checkHolds("the log", log, "mail works again");
        CPPUNIT_ASSERT_EQUAL(log.find("cannot work now"), log.rfind("cannot work now"));
        CPPUNIT_ASSERT_EQUAL(std::string::npos, log.find("words-of-the-mail"));
        for (const std::string& line : linesOf(log)) checkLine(line);
    }

    void requestsAndJobsAreJsonWithTheirTrace() {
        start({.settings = {"log.format=json", "http.accessLog=true"}});
        const std::string trace = "0af7651916cd43dd8448eb211c80319c";
        const Answer answer =
            http().send("POST", "/jobs?secret", computation("div", "1", "0"),
                        {{"Content-Type", "application/json"},
                         {"traceparent", "00-" + trace + "-b7ad6b7169203331-01"}});
        const std::string id = member(answer.json(), "id");
        waitFor(http(), id, "failed");
        const std::string log = logAfterStop();
        CPPUNIT_ASSERT_EQUAL(std::string::npos, log.find("secret"));
        bool request = false;
        bool job = false;
        for (const std::string& line : linesOf(log)) {
            const base::Json json = base::Json::parse(line);
            CPPUNIT_ASSERT(base::parseRfc3339(member(json, "time")));
            if (!json.find("trace")) continue;
            CPPUNIT_ASSERT_EQUAL(trace, member(json, "trace"));
            if (member(json, "source") == "request") {
                CPPUNIT_ASSERT_EQUAL(std::string("POST /jobs"), member(json, "text"));
                CPPUNIT_ASSERT_EQUAL(std::string("202"), member(json, "status"));
                CPPUNIT_ASSERT_EQUAL(std::string("127.0.0.1"), member(json, "client"));
                request = true;
            } else {
                checkHolds("the job's line", member(json, "text"), id + " failed: ");
                job = true;
            }
        }
        CPPUNIT_ASSERT(request && job);
    }

    void theLogGoesToAFile() {
        const TemporaryDirectory own;
        start({.settings = {"log.file=" + (own / "log")}});
        CPPUNIT_ASSERT_EQUAL(std::string(), logAfterStop());
        checkHolds("the file", readFile(own / "log"), " information errandd stopped\n");
    }

    void levelDecidesWhatIsLogged() {
        start({.settings = {"log.level=error"}});
        waitFor(http(), submit(http(), computation("div", "1", "0")), "failed");
        CPPUNIT_ASSERT_EQUAL(std::string(), logAfterStop());
    }

    // Something of everything, with words to look for.
    void work() {
        waitFor(http(), submit(http(), computation("mul", "8675309", "1")));
        waitFor(http(), submit(http(), computation("div", "8675309", "0")), "failed");
        waitFor(http(), submit(http(), mail("words-of-the-mail\\nand more")));
        http().send("POST", "/jobs", mail("words-of-the-mail"),
                    {{"Authorization", "Bearer credentials-of-the-client"},
                     {"Cookie", "credentials-of-the-client"}});
        http().post("/jobs", R"({"words-of-the-mail":"8675309)");
        http().get("/none?key=credentials-of-the-client");
        waitUntilIdle(http());
    }

    static std::string mail(const std::string& contents) {
        return R"({"service":"mail","method":"send",)"
               R"("args":["a@b.c","subject-of-the-mail",")" +
               contents + R"("]})";
    }

    std::string logAfterStop() {
        CPPUNIT_ASSERT_EQUAL(0, server().terminate());
        return server().stderrText();
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(LogTest);

}  // namespace errand::tests
