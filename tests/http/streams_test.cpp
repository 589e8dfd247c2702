// SPDX-License-Identifier: Apache-2.0
// Streams behind a real server over FakeJobs: what its clients see.
#include "http/streams.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <future>
#include <map>
#include <memory>
#include <thread>

#include "http/event_client.h"
#include "http/socket_pair.h"
#include "http/test_server.h"
#include "http/test_site.h"

namespace errand::http {
namespace {

using jobs::JobState;
using std::chrono::milliseconds;
using std::chrono::seconds;

class StreamsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StreamsTest);
    CPPUNIT_TEST(aWaitEndsWithTheJob);
    CPPUNIT_TEST(aWaitEndsInTime);
    CPPUNIT_TEST(waitsHoldNoThread);
    CPPUNIT_TEST(streamsHoldNoThread);
    CPPUNIT_TEST(aStreamFollowsItsJobToTheEnd);
    CPPUNIT_TEST(allJobsAreFollowed);
    CPPUNIT_TEST(whoComesAgainHasMissedNothing);
    CPPUNIT_TEST(aClientThatHasGoneIsForgotten);
    CPPUNIT_TEST(aClientThatSendsNoMoreIsAnsweredAtOnce);
    CPPUNIT_TEST(beyondTheLimitStreamsAreRefusedAndWaitsEnd);
    CPPUNIT_TEST(silentStreamsAreHeardOf);
    CPPUNIT_TEST(whoNeverReadsIsCutOff);
    CPPUNIT_TEST(aStopAnswersThoseWhoWaitAndEndsStreams);
    CPPUNIT_TEST(aStopDoesNotWaitForWhoNeverReads);
    CPPUNIT_TEST(whenTheStoreCannotBeReadAllAreTold);
    CPPUNIT_TEST(whatIsNotStartedParksNobody);
    CPPUNIT_TEST(whoMayNotStayIsSentAway);
    CPPUNIT_TEST_SUITE_END();

    static Settings settings(std::size_t maxStreams = 10000) {
        Settings settings = TestServer::settings();
        settings.threads = 2;
        settings.maxStreams = maxStreams;
        return settings;
    }

    std::unique_ptr<TestServer> server_ = std::make_unique<TestServer>(settings());

    void restart(const Settings& settings) {
        server_.reset();
        server_ = std::make_unique<TestServer>(settings);
    }

    jobs::Job submit() {
        std::vector<jobs::NewJob> list(1);
        list[0].service = "compute";
        return server_->jobs.submit(std::move(list)).jobs.front();
    }

    std::string path(const jobs::Job& job) { return "/jobs/" + job.id.toString(); }

    std::unique_ptr<EventClient> get(const std::string& path, const std::string& fields = {}) {
        auto client = std::make_unique<EventClient>(server_->server.port());
        client->send("GET " + path + " HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
        return client;
    }

    std::unique_ptr<EventClient> wait(const jobs::Job& job, int limit = 20) {
        return get(path(job), "Prefer: wait=" + std::to_string(limit) + "\r\n");
    }

    // Once all that were sent have been parked.
    void waitForCount(std::size_t count) {
        while (server_->server.parked() != count) std::this_thread::yield();
    }

    void aWaitEndsWithTheJob() {
        const jobs::Job job = submit();
        const auto client = wait(job);
        waitForCount(1);
        server_->jobs.becomes(job.id, JobState::succeeded);
        const auto answer = client->receive();
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        ASSERT_CONTAINS("\"state\":\"succeeded\"", answer.body);
        ASSERT_CONTAINS("ETag: \"2\"\r\n", answer.head);
        ASSERT_CONTAINS("Connection: close\r\n", answer.head);
        CPPUNIT_ASSERT(client->closed());
    }

    void aWaitEndsInTime() {
        const auto answer = wait(submit(), 1)->receive();
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        ASSERT_CONTAINS("\"state\":\"queued\"", answer.body);
        ASSERT_CONTAINS("Preference-Applied: wait=1\r\n", answer.head);
    }

    void waitsHoldNoThread() {
        const jobs::Job job = submit();
        std::vector<std::unique_ptr<EventClient>> clients;
        for (int i = 0; i < 50; ++i) clients.push_back(wait(job));
        waitForCount(50);
        CPPUNIT_ASSERT_EQUAL(200, Client(server_->server.port()).ask(livez).status);
        server_->jobs.becomes(job.id, JobState::failed);
        for (const auto& client : clients)
            ASSERT_CONTAINS("\"state\":\"failed\"", client->receive().body);
    }

    void streamsHoldNoThread() {
        const jobs::Job job = submit();
        std::vector<std::unique_ptr<EventClient>> clients;
        for (int i = 0; i < 25; ++i) {
            clients.push_back(get(path(job) + "/events"));
            clients.push_back(get("/events"));
        }
        waitForCount(50);
        CPPUNIT_ASSERT_EQUAL(200, Client(server_->server.port()).ask(livez).status);
        for (const auto& client : clients) CPPUNIT_ASSERT_EQUAL(200, client->head().status);
        server_->jobs.becomes(job.id, JobState::failed);
        for (const auto& client : clients)
            while (client->next().name != "failed") {
            }
    }

    void aStreamFollowsItsJobToTheEnd() {
        const jobs::Job job = submit();
        const auto client = get(path(job) + "/events");
        CPPUNIT_ASSERT_EQUAL(std::string("1 queued"), client->next().title());
        server_->jobs.becomes(job.id, JobState::running);
        CPPUNIT_ASSERT_EQUAL(std::string("2 running"), client->next().title());
        server_->jobs.becomes(job.id, JobState::succeeded);
        const Event last = client->next();
        CPPUNIT_ASSERT_EQUAL(std::string("3 succeeded"), last.title());
        CPPUNIT_ASSERT_EQUAL(job.id.toString(),
                             base::Json::parse(last.data).find("id")->asString());
        CPPUNIT_ASSERT(client->closed());
        const auto again = get(path(job) + "/events", "Last-Event-ID: 3\r\n");
        CPPUNIT_ASSERT_EQUAL(204, again->receive().status);
        const auto late = get(path(job) + "/events", "Last-Event-ID: 2\r\n");
        CPPUNIT_ASSERT_EQUAL(std::string("3 succeeded"), late->next().title());
        CPPUNIT_ASSERT(late->closed());
    }

    void allJobsAreFollowed() {
        const auto all = get("/events");
        const auto failed = get("/events?state=failed");
        CPPUNIT_ASSERT_EQUAL(200, all->head().status);
        CPPUNIT_ASSERT_EQUAL(200, failed->head().status);
        const jobs::Job job = submit();
        CPPUNIT_ASSERT_EQUAL(std::string("1 queued"), all->next().title());
        server_->jobs.becomes(job.id, JobState::failed);
        CPPUNIT_ASSERT_EQUAL(std::string("2 failed"), all->next().title());
        CPPUNIT_ASSERT_EQUAL(std::string("2 failed"), failed->next().title());
    }

    // While jobs change all the time one client comes and goes: in the end it knows the latest of
    // each, and was told nothing twice.
    void whoComesAgainHasMissedNothing() {
        std::vector<jobs::Job> all;
        for (int i = 0; i < 20; ++i) all.push_back(submit());
        auto changing = std::async(std::launch::async, [&] {
            for (int i = 0; i < 3000; ++i) {
                const auto& job = all[static_cast<std::size_t>(i * 7 % 20)];
                server_->jobs.becomes(job.id, i < 2960 ? JobState::running : JobState::succeeded);
            }
        });
        std::string last = "20";
        std::map<std::string, std::string> known;
        std::size_t finished = 0;
        while (finished < 20) {
            const auto client = get("/events", "Last-Event-ID: " + last + "\r\n");
            for (int i = 0; i < 15 && finished < 20; ++i) {
                const Event event = client->next();
                CPPUNIT_ASSERT(std::stoll(event.id) > std::stoll(last));
                last = event.id;
                const auto job = base::Json::parse(event.data);
                known[job.find("id")->asString()] = event.name;
                finished = static_cast<std::size_t>(std::ranges::count_if(
                    known, [](const auto& entry) { return entry.second == "succeeded"; }));
            }
        }
        changing.get();
        CPPUNIT_ASSERT_EQUAL(std::string("3020"), last);
    }

    void aClientThatHasGoneIsForgotten() {
        const jobs::Job job = submit();
        auto waiting = wait(job);
        auto stream = get(path(job) + "/events");
        auto all = get("/events");
        waitForCount(3);
        waiting.reset();
        waitForCount(2);
        stream.reset();
        waitForCount(1);
        all.reset();
        waitForCount(0);
    }

    // It may have gone, or have said all it had to say.
    void aClientThatSendsNoMoreIsAnsweredAtOnce() {
        const jobs::Job job = submit();
        const auto client = wait(job);
        client->finishSending();
        ASSERT_CONTAINS("\"state\":\"queued\"", client->receive().body);
        CPPUNIT_ASSERT(client->closed());
    }

    void beyondTheLimitStreamsAreRefusedAndWaitsEnd() {
        restart(settings(2));
        const jobs::Job job = submit();
        auto first = get("/events");
        const auto second = get("/events");
        waitForCount(2);
        const auto refused = get("/events")->receive();
        CPPUNIT_ASSERT_EQUAL(503, refused.status);
        ASSERT_CONTAINS("Retry-After: 5\r\n", refused.head);
        ASSERT_CONTAINS("http.maxStreams", refused.body);
        CPPUNIT_ASSERT_EQUAL(503, get(path(job) + "/events")->receive().status);
        const auto answered = wait(job)->receive();
        CPPUNIT_ASSERT_EQUAL(200, answered.status);
        CPPUNIT_ASSERT(!contains(answered.head, "Preference-Applied"));
        first.reset();
        waitForCount(1);
        const auto third = get("/events");
        CPPUNIT_ASSERT_EQUAL(200, third->head().status);
    }

    void silentStreamsAreHeardOf() {
        Settings quick = settings();
        quick.heartbeat = milliseconds(15);
        restart(quick);
        const jobs::Job job = submit();
        const auto client = get(path(job) + "/events");
        const auto all = get("/events");
        for (int i = 0; i < 3; ++i) {
            client->waitForText(":\n\n");
            all->waitForText(":\n\nid: 1\n\n");
        }
    }

    void whoNeverReadsIsCutOff() {
        Settings small = settings();
        small.maxUnsent = 1000;
        restart(small);
        jobs::Job job = submit();
        job.arguments.kwargs = "{\"x\":\"" + std::string(100000, 'x') + "\"}";
        const auto client = get(path(job) + "/events");
        const auto other = get("/events");
        waitForCount(2);
        const auto limit = in(seconds(20));
        while (server_->server.parked() == 2) {
            CPPUNIT_ASSERT(std::chrono::steady_clock::now() < limit);
            server_->jobs.becomes(job);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), server_->server.parked());
        CPPUNIT_ASSERT_EQUAL(200, other->head().status);
    }

    void aStopAnswersThoseWhoWaitAndEndsStreams() {
        const jobs::Job job = submit();
        const auto waiting = wait(job);
        const auto stream = get(path(job) + "/events");
        const auto all = get("/events");
        waitForCount(3);
        server_->server.stop(in(seconds(20)));
        ASSERT_CONTAINS("\"state\":\"queued\"", waiting->receive().body);
        CPPUNIT_ASSERT(waiting->closed());
        stream->next();
        CPPUNIT_ASSERT(stream->closed());
        CPPUNIT_ASSERT_EQUAL(200, all->head().status);
        all->waitForText("id: 1\n\n");
        CPPUNIT_ASSERT(all->closed());
    }

    void aStopDoesNotWaitForWhoNeverReads() {
        jobs::Job job = submit();
        job.arguments.kwargs = "{\"x\":\"" + std::string(16 << 20, 'x') + "\"}";
        server_->jobs.becomes(job);
        const auto client = get(path(job) + "/events");
        waitForCount(1);
        const auto begun = std::chrono::steady_clock::now();
        server_->server.stop(begun + milliseconds(100));
        CPPUNIT_ASSERT(std::chrono::steady_clock::now() - begun < seconds(20));
    }

    void whenTheStoreCannotBeReadAllAreTold() {
        const jobs::Job job = submit();
        const auto waiting = wait(job);
        const auto all = get("/events");
        waitForCount(2);
        CPPUNIT_ASSERT_EQUAL(200, all->head().status);
        server_->jobs.failWith("no disk");
        server_->jobs.becomes(job.id, JobState::running);
        CPPUNIT_ASSERT_EQUAL(500, waiting->receive().status);
        all->waitForText("id: 1\n\n");
        CPPUNIT_ASSERT(all->closed());
        waitForCount(0);
        server_->jobs.failWith("");
        const auto next = wait(job);
        waitForCount(1);
        server_->jobs.becomes(job.id, JobState::failed);
        CPPUNIT_ASSERT_EQUAL(200, next->receive().status);
    }

    void whatIsNotStartedParksNobody() {
        FakeJobs jobs;
        FixedClock clock;
        const Settings settings;
        Streams streams(settings, jobs, clock);
        SocketPair pair;
        std::unique_ptr<Channel> channel =
            std::make_unique<PlainChannel>(pair.end(0), settings.slice);
        Parking parking{WatchJobs{}};
        CPPUNIT_ASSERT(!streams.park(channel, parking, {}));
        CPPUNIT_ASSERT(channel);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), streams.count());
        streams.start();
        CPPUNIT_ASSERT(streams.park(channel, parking, {}));
        CPPUNIT_ASSERT(!channel);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), streams.count());
        streams.stop(in(seconds(20)));
        streams.stop(in(seconds(20)));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), streams.count());
        channel = std::make_unique<PlainChannel>(pair.end(1), settings.slice);
        CPPUNIT_ASSERT(!streams.park(channel, parking, {}));
    }

    static std::string all(SocketPair& pair) {
        std::string text;
        while (true) {
            const auto more = pair.receivedBy(1);
            CPPUNIT_ASSERT(more);
            if (more->empty()) return text;
            text += *more;
        }
    }

    // As soon as it is seen: whoever asked before goes on until then.
    void whoMayNotStayIsSentAway() {
        Settings quick = settings();
        quick.linger = milliseconds(40);
        FakeJobs jobs;
        FixedClock clock;
        std::vector<jobs::NewJob> list(1);
        list[0].service = "compute";
        const jobs::Job job = jobs.submit(std::move(list)).jobs.front();
        Streams streams(quick, jobs, clock);
        streams.start();
        std::atomic<bool> allowed{true};
        const AwaitJob awaits{job.id, job.sequence, seconds(60),
                              [](const jobs::Job&) { return false; },
                              [](const jobs::Job&) { return Response(); }};
        std::array<Wanted, 3> wanted{awaits, WatchJob{job.sequence, -1}, WatchJobs{}};
        std::array<SocketPair, 3> pairs;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            pairs[i].end(1).setReceiveTimeout(Poco::Timespan(20, 0));
            std::unique_ptr<Channel> channel =
                std::make_unique<PlainChannel>(pairs[i].end(0), quick.slice);
            pairs[i].end(0) = Poco::Net::StreamSocket();
            Parking parking(std::move(wanted[i]));
            parking.fields = "X-More: " + std::to_string(i) + "\r\n";
            parking.mayStay = [&allowed] { return allowed.load(); };
            CPPUNIT_ASSERT(streams.park(channel, parking, {true, true, 1}));
        }
        ASSERT_CONTAINS("X-More: 1\r\n", pairs[1].receivedBy(1).value());
        allowed = false;
        const std::string answer = all(pairs[0]);
        ASSERT_CONTAINS("HTTP/1.1 401 ", answer);
        ASSERT_CONTAINS("WWW-Authenticate: Bearer", answer);
        ASSERT_CONTAINS("X-More: 0\r\n", answer);
        all(pairs[1]);
        all(pairs[2]);
        while (streams.count() > 0) std::this_thread::yield();
        streams.stop(in(seconds(20)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StreamsTest);

}  // namespace
}  // namespace errand::http
