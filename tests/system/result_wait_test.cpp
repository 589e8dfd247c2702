// SPDX-License-Identifier: Apache-2.0
#include <signal.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "system/process.h"
#include "system/with_server.h"

namespace errand::tests {

namespace {

using std::chrono::steady_clock;

const std::string forty = R"({"operation":"sum","value":30,"other":10})";
const std::string later = scheduledComputation(1000);

}  // namespace

// The second way to a result: to ask once and wait.
class ResultWaitTest : public WithServer {
    CPPUNIT_TEST_SUITE(ResultWaitTest);
    CPPUNIT_TEST(aSubmitWaitsForTheResult);
    CPPUNIT_TEST(aQuestionWaitsForTheEndOfALongJob);
    CPPUNIT_TEST(aWaitThatIsOverEndsWithTheJobAsItIs);
    CPPUNIT_TEST(aWaitForAChangeEndsWithIt);
    CPPUNIT_TEST(theSentenceStaysTheSentence);
    CPPUNIT_TEST(manyMoreWaitThanThereAreThreads);
    CPPUNIT_TEST(aStopAnswersAllWhoWait);
    CPPUNIT_TEST(withoutRoomNobodyWaits);
    CPPUNIT_TEST_SUITE_END();

    Answer ask(const std::string& method, const std::string& path, const std::string& preference,
               const std::string& body = {}, Fields fields = {}) {
        fields["Prefer"] = preference;
        if (!body.empty()) fields["Content-Type"] = "application/json";
        return http().send(method, path, body, fields);
    }

    void aSubmitWaitsForTheResult() {
        start();
        const Answer done = ask("POST", "/jobs", "wait=30", forty);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(done.body, 200, done.status);
        CPPUNIT_ASSERT_EQUAL(std::string("40"), member(done.json(), "result"));
        CPPUNIT_ASSERT_EQUAL("/jobs/" + member(done.json(), "id"), done.field("Location"));
        CPPUNIT_ASSERT_EQUAL(std::string("wait=30"), done.field("Preference-Applied"));
        CPPUNIT_ASSERT_EQUAL(std::string("Prefer"), done.field("Vary"));
        CPPUNIT_ASSERT_EQUAL(done.body, http().get(done.field("Location")).body);
        const Answer failed = ask("POST", "/jobs", "respond-async, wait=30",
                                  R"({"operation":"div","value":1,"other":0})");
        CPPUNIT_ASSERT_EQUAL(200, failed.status);
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), member(failed.json(), "state"));
        // Who would rather not wait does not.
        const Answer async = ask("POST", "/jobs", "respond-async", later);
        CPPUNIT_ASSERT_EQUAL(202, async.status);
        CPPUNIT_ASSERT_EQUAL(std::string("respond-async"), async.field("Preference-Applied"));
    }

    void aQuestionWaitsForTheEndOfALongJob() {
        start({.settings = longSettings});
        const std::string id = submit(http(), longComputation());
        CPPUNIT_ASSERT_EQUAL(200, ask("HEAD", "/jobs/" + id, "wait=60").status);
        CPPUNIT_ASSERT_EQUAL(std::string("succeeded"), member(jobNow(http(), id), "state"));
    }

    void aWaitThatIsOverEndsWithTheJobAsItIs() {
        start({.settings = {"http.maxWait=2s"}});
        const auto begun = steady_clock::now();
        const Answer submitted = ask("POST", "/jobs", "respond-async, wait=1", later);
        CPPUNIT_ASSERT(steady_clock::now() - begun >= std::chrono::seconds(1));
        CPPUNIT_ASSERT_EQUAL(202, submitted.status);
        CPPUNIT_ASSERT(!submitted.field("Location").empty());
        // No wait is longer than http.maxWait.
        const Answer asked = ask("GET", submitted.field("Location"), "wait=1000");
        CPPUNIT_ASSERT_EQUAL(200, asked.status);
        CPPUNIT_ASSERT_EQUAL(std::string("wait=2"), asked.field("Preference-Applied"));
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), member(asked.json(), "state"));
        CPPUNIT_ASSERT_EQUAL(304, ask("GET", submitted.field("Location"), "wait=1", {},
                                      {{"If-None-Match", asked.field("ETag")}})
                                      .status);
    }

    void aWaitForAChangeEndsWithIt() {
        start();
        const Answer taken = http().post("/jobs", later);
        RawSocket waiting(server().port());
        waiting.send("GET " + taken.field("Location") +
                     " HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + taken.field("ETag") +
                     "\r\nPrefer: wait=60\r\n\r\n");
        http().remove(taken.field("Location"));
        const auto answer = waiting.receive();
        CPPUNIT_ASSERT_EQUAL(200, answer->status);
        CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), member(answer->json(), "state"));
    }

    void theSentenceStaysTheSentence() {
        start();
        const Answer plain = http().post("/compute", forty);
        const Answer waited = ask("POST", "/compute", "respond-async, wait=30", forty);
        CPPUNIT_ASSERT_EQUAL(200, waited.status);
        CPPUNIT_ASSERT_EQUAL(plain.body, waited.body);
        CPPUNIT_ASSERT_EQUAL(plain.type(), waited.type());
        CPPUNIT_ASSERT_EQUAL(std::string("wait=30"), waited.field("Preference-Applied"));
        // But when it comes the result is there.
        const base::Json job = http().get(waited.field("Location")).json();
        CPPUNIT_ASSERT_EQUAL(std::string("40"), member(job, "result"));
    }

    std::vector<std::unique_ptr<RawSocket>> waitAll(const std::string& path, int count) {
        std::vector<std::unique_ptr<RawSocket>> all;
        for (int i = 0; i < count; ++i) {
            all.push_back(std::make_unique<RawSocket>(server().port()));
            all.back()->send("GET " + path +
                             " HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=60\r\n\r\n");
        }
        return all;
    }

    void manyMoreWaitThanThereAreThreads() {
        start({.settings = {"http.threads=4"}});
        const std::string path = http().post("/jobs", later).field("Location");
        const auto all = waitAll(path, 200);
        // While they wait others are served, by a new connection too.
        for (int i = 0; i < 20; ++i)
            CPPUNIT_ASSERT_EQUAL(200, Http(server().port()).get("/livez").status);
        CPPUNIT_ASSERT_EQUAL(200, ask("POST", "/jobs", "wait=30", forty).status);
        CPPUNIT_ASSERT_EQUAL(202, http().remove(path).status);
        for (const auto& socket : all) {
            const auto answer = socket->receive();
            CPPUNIT_ASSERT_EQUAL(200, answer->status);
            CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), member(answer->json(), "state"));
            CPPUNIT_ASSERT_EQUAL(std::string("close"), answer->field("Connection"));
            CPPUNIT_ASSERT(socket->closed());
        }
    }

    void aStopAnswersAllWhoWait() {
        start({.settings = {"http.threads=4"}});
        const auto all = waitAll(http().post("/jobs", later).field("Location"), 50);
        // Those before it have been read when this one is answered, as each thread takes the next.
        for (int i = 0; i < 8; ++i) Http(server().port()).get("/livez");
        server().signal(SIGTERM);
        int answered = 0;
        for (const auto& socket : all) {
            const auto answer = socket->receive();
            if (!answer) continue;  // it came as the server stopped
            CPPUNIT_ASSERT_EQUAL(200, answer->status);
            CPPUNIT_ASSERT_EQUAL(std::string("queued"), member(answer->json(), "state"));
            ++answered;
        }
        CPPUNIT_ASSERT(answered >= 40);
        CPPUNIT_ASSERT_EQUAL(0, ended());
    }

    void withoutRoomNobodyWaits() {
        start({.settings = {"http.maxStreams=0"}});
        const Answer answer = ask("POST", "/jobs", "wait=60", later);
        CPPUNIT_ASSERT_EQUAL(202, answer.status);
        CPPUNIT_ASSERT_EQUAL(std::string(), answer.field("Preference-Applied"));
        CPPUNIT_ASSERT_EQUAL(200, ask("GET", answer.field("Location"), "wait=60").status);
        const Answer refused = http().get("/events");
        checkProblem("no room", refused, 503, "http.maxStreams");
        CPPUNIT_ASSERT_EQUAL(std::string("5"), refused.field("Retry-After"));
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ResultWaitTest);

}  // namespace errand::tests
