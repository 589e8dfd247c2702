// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <string>

#include "system/with_server.h"

namespace errand::tests {

// The first way to a result: to ask, and to be told only what is new.
class ResultPollTest : public WithServer {
    CPPUNIT_TEST_SUITE(ResultPollTest);
    CPPUNIT_TEST(anAnswerNamesItsVersion);
    CPPUNIT_TEST(whatHasNotChangedIsNotSentAgain);
    CPPUNIT_TEST(itSaysWhenToAskAgain);
    CPPUNIT_TEST(versionsOutliveARestart);
    CPPUNIT_TEST_SUITE_END();

    void anAnswerNamesItsVersion() {
        start();
        const Answer taken = http().post("/jobs", scheduledComputation(1000));
        CPPUNIT_ASSERT_EQUAL(202, taken.status);
        const std::string etag = taken.field("ETag");
        CPPUNIT_ASSERT(etag.size() > 2 && etag.starts_with('"') && etag.ends_with('"'));
        const std::string path = taken.field("Location");
        const Answer now = http().get(path);
        CPPUNIT_ASSERT_EQUAL(etag, now.field("ETag"));
        CPPUNIT_ASSERT_EQUAL(taken.body, now.body);
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"), now.field("Cache-Control"));
        CPPUNIT_ASSERT_EQUAL(etag, http().send("HEAD", path).field("ETag"));
        CPPUNIT_ASSERT_EQUAL(202, http().remove(path).status);
        CPPUNIT_ASSERT(etag != http().get(path).field("ETag"));
    }

    void whatHasNotChangedIsNotSentAgain() {
        start();
        const Answer taken = http().post("/jobs", scheduledComputation(1000));
        const std::string path = taken.field("Location");
        const Fields known{{"If-None-Match", "\"other\", W/" + taken.field("ETag")}};
        for (const char* method : {"GET", "HEAD"}) {
            const Answer same = http().send(method, path, {}, known);
            CPPUNIT_ASSERT_EQUAL(304, same.status);
            CPPUNIT_ASSERT_EQUAL(std::string(), same.body);
            CPPUNIT_ASSERT_EQUAL(taken.field("ETag"), same.field("ETag"));
        }
        http().remove(path);
        const Answer changed = http().send("GET", path, {}, known);
        CPPUNIT_ASSERT_EQUAL(200, changed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), member(changed.json(), "state"));
        CPPUNIT_ASSERT_EQUAL(304, http().send("GET", path, {}, {{"If-None-Match", "*"}}).status);
    }

    void itSaysWhenToAskAgain() {
        start();
        const Answer taken = http().post("/jobs", scheduledComputation(1000));
        const int seconds = std::stoi(taken.field("Retry-After"));
        CPPUNIT_ASSERT(seconds > 900 && seconds <= 1000);
        const std::string id = submit(http(), computation("sum", "30", "10"));
        waitFor(http(), id);
        CPPUNIT_ASSERT_EQUAL(std::string(), http().get("/jobs/" + id).field("Retry-After"));
    }

    void versionsOutliveARestart() {
        const TemporaryDirectory data;
        start({.directory = data.path()});
        const Answer taken = http().post("/jobs", scheduledComputation(1000));
        const std::string done = submit(http(), computation("sum", "30", "10"));
        waitFor(http(), done);
        const std::string etag = http().get("/jobs/" + done).field("ETag");
        server().signal(SIGKILL);
        CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, ended());
        start({.directory = data.path()});
        const Fields known{{"If-None-Match", etag + ", " + taken.field("ETag")}};
        CPPUNIT_ASSERT_EQUAL(304, http().send("GET", "/jobs/" + done, {}, known).status);
        CPPUNIT_ASSERT_EQUAL(304, http().send("GET", taken.field("Location"), {}, known).status);
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ResultPollTest);

}  // namespace errand::tests
