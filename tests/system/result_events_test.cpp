// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "system/event_stream.h"
#include "system/with_server.h"

namespace errand::tests {

namespace {

const std::string forty = R"({"operation":"sum","value":30,"other":10})";
const std::string later = scheduledComputation(1000);

std::string nameOf(EventStream& stream) {
    const auto event = stream.next();
    return event ? event->name : "none";
}

// For a test that holds a thousand connections.
class ManyDescriptors {
public:
    ManyDescriptors() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit wanted = before_;
        wanted.rlim_cur = wanted.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &wanted);
    }
    ~ManyDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    ManyDescriptors(const ManyDescriptors&) = delete;
    ManyDescriptors& operator=(const ManyDescriptors&) = delete;

private:
    rlimit before_{};
};

}  // namespace

// The third way to a result: to be told.
class ResultEventsTest : public WithServer {
    CPPUNIT_TEST_SUITE(ResultEventsTest);
    CPPUNIT_TEST(aStreamTellsAJobToItsEnd);
    CPPUNIT_TEST(allJobsAreToldOf);
    CPPUNIT_TEST(filtersLetThroughWhatListsShow);
    CPPUNIT_TEST(whoComesAgainAfterACrashHasMissedNothing);
    CPPUNIT_TEST(numbersOfAnotherStoreAreSaid);
    CPPUNIT_TEST(aThousandStreamsAreServedByOneThread);
    CPPUNIT_TEST(whoNeverReadsIsCutOff);
    CPPUNIT_TEST(aStopEndsTheStreams);
    CPPUNIT_TEST(headTellsWhatWouldCome);
    CPPUNIT_TEST_SUITE_END();

    std::string path(const std::string& id) { return "/jobs/" + id + "/events"; }

    void aStreamTellsAJobToItsEnd() {
        start({.settings = longSettings});
        const std::string id = submit(http(), longComputation());
        EventStream stream(server().port(), path(id));
        CPPUNIT_ASSERT_EQUAL(200, stream.status());
        checkHolds("its head", stream.head(), "Content-Type: text/event-stream\r\n");
        std::vector<std::string> names;
        StreamEvent last;
        while (auto event = stream.next()) {
            CPPUNIT_ASSERT(event->id > last.id);
            names.push_back(event->name);
            last = std::move(*event);
        }
        // Queued, if it was still that, running, and the end.
        CPPUNIT_ASSERT(names.size() >= 2);
        CPPUNIT_ASSERT_EQUAL(std::string("running"), names[names.size() - 2]);
        CPPUNIT_ASSERT_EQUAL(std::string("succeeded"), last.name);
        CPPUNIT_ASSERT_EQUAL(jobNow(http(), id).toString(), last.data.toString());
        EventStream again(server().port(), path(id), last.id);
        CPPUNIT_ASSERT_EQUAL(204, again.status());
        EventStream late(server().port(), path(id));
        CPPUNIT_ASSERT_EQUAL(std::string("succeeded"), nameOf(late));
        CPPUNIT_ASSERT(!late.next());
        CPPUNIT_ASSERT_EQUAL(404, http().get(path("1")).status);
    }

    void allJobsAreToldOf() {
        start();
        EventStream stream(server().port(), "/events");
        CPPUNIT_ASSERT_EQUAL(200, stream.status());
        // Its place is told after its head; what follows is newer.
        std::map<std::string, std::string> known;
        std::vector<std::string> ids;
        for (int i = 0; i < 30; ++i) ids.push_back(submit(http(), forty));
        std::int64_t last = 0;
        const auto succeeded = [](const auto& entry) { return entry.second == "succeeded"; };
        while (std::ranges::count_if(known, succeeded) < 30) {
            const auto event = stream.next();
            CPPUNIT_ASSERT(event->id > last);
            last = event->id;
            CPPUNIT_ASSERT_EQUAL(event->name, member(event->data, "state"));
            CPPUNIT_ASSERT(!event->data.find("kwargs"));
            known[member(event->data, "id")] = event->name;
        }
        CPPUNIT_ASSERT_EQUAL(ids.size(), known.size());
    }

    void filtersLetThroughWhatListsShow() {
        start();
        EventStream failed(server().port(), "/events?state=failed&tag=a");
        CPPUNIT_ASSERT_EQUAL(200, failed.status());
        const auto divide = [](const std::string& tag) {
            return R"({"service":"compute","method":"compute","args":["div",1,0],"tags":[")" + tag +
                   "\"]}";
        };
        waitFor(http(), submit(http(), divide("b")), "failed");
        const std::string id = submit(http(), divide("a"));
        const auto event = failed.next();
        CPPUNIT_ASSERT_EQUAL(id, member(event->data, "id"));
        CPPUNIT_ASSERT_EQUAL(std::string("failed"), event->name);
        checkProblem("no filter", http().get("/events?limit=5"), 400, "limit");
        checkProblem("no state", http().get("/events?state=x"), 400, "state");
    }

    void whoComesAgainAfterACrashHasMissedNothing() {
        const TemporaryDirectory data;
        start({.directory = data.path()});
        EventStream before(server().port(), "/events");
        CPPUNIT_ASSERT_EQUAL(200, before.status());
        const std::string seen = submit(http(), later);
        CPPUNIT_ASSERT_EQUAL(seen, member(before.next()->data, "id"));
        const std::string missed = submit(http(), forty);
        waitFor(http(), missed);
        server().signal(SIGKILL);
        CPPUNIT_ASSERT_EQUAL(128 + SIGKILL, ended());
        start({.directory = data.path()});
        const std::string after = submit(http(), later);
        http().remove("/jobs/" + seen);
        EventStream stream(server().port(), "/events", before.lastId());
        std::vector<std::string> told;
        std::int64_t last = before.lastId();
        const auto tell = [&] {
            const auto event = stream.next();
            CPPUNIT_ASSERT(event->id > last);
            last = event->id;
            told.push_back(member(event->data, "id") + ' ' + event->name);
        };
        // Each once, as it is now, in the order of the changes.
        for (int i = 0; i < 3; ++i) tell();
        CPPUNIT_ASSERT_EQUAL(missed + " succeeded", told[0]);
        CPPUNIT_ASSERT_EQUAL(after + " queued", told[1]);
        CPPUNIT_ASSERT_EQUAL(seen + " cancelled", told[2]);
        // And on.
        http().remove("/jobs/" + after);
        tell();
        CPPUNIT_ASSERT_EQUAL(after + " cancelled", told[3]);
    }

    void numbersOfAnotherStoreAreSaid() {
        start();
        EventStream stream(server().port(), "/events", 1000000);
        const auto event = stream.next();
        CPPUNIT_ASSERT_EQUAL(std::string("reset"), event->name);
        CPPUNIT_ASSERT_EQUAL(std::string("{}"), event->data.toString());
        submit(http(), later);
        CPPUNIT_ASSERT(stream.next()->id > event->id);
    }

    // The server's threads, as the system counts them.
    int threads() {
        const std::string text = readFile("/proc/" + std::to_string(server().pid()) + "/status");
        const std::size_t at = text.find("\nThreads:");
        CPPUNIT_ASSERT(at != std::string::npos);
        return std::stoi(text.substr(at + 9));
    }

    void aThousandStreamsAreServedByOneThread() {
        const ManyDescriptors many;
        start({.settings = {"http.threads=4"}});
        std::vector<std::string> ids;
        for (int i = 0; i < 50; ++i) ids.push_back(submit(http(), later));
        std::vector<std::unique_ptr<EventStream>> streams;
        int before = 0;
        for (std::size_t i = 0; i < 1000; ++i) {
            if (i == 100) before = threads();
            const bool all = i % 10 == 0;
            streams.push_back(std::make_unique<EventStream>(
                server().port(), all ? "/events?state=cancelled" : path(ids[i % 50])));
            // One after the other: more than may wait for a thread at a time would be refused.
            CPPUNIT_ASSERT_EQUAL(200, streams.back()->status());
        }
        CPPUNIT_ASSERT_EQUAL(200, Http(server().port()).get("/livez").status);
        // 900 more streams: the 4 threads of requests may have begun meanwhile, and no other.
        CPPUNIT_ASSERT(threads() <= before + 4);
        for (const std::string& id : ids) http().remove("/jobs/" + id);
        for (std::size_t i = 0; i < 1000; ++i) {
            EventStream& stream = *streams[i];
            if (i % 10 == 0) {
                for (int told = 0; told < 50; ++told)
                    CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), nameOf(stream));
                continue;
            }
            std::string name;
            while (auto event = stream.next()) name = event->name;
            CPPUNIT_ASSERT_EQUAL(std::string("cancelled"), name);
        }
    }

    // More than two sockets and the server's patience hold together.
    void whoNeverReadsIsCutOff() {
        start();
        EventStream reading(server().port(), "/events");
        EventStream silent(server().port(), "/events", {}, 4096);
        CPPUNIT_ASSERT_EQUAL(200, reading.status());
        CPPUNIT_ASSERT_EQUAL(200, silent.status());
        std::string tags;
        for (int i = 0; i < 16; ++i)
            tags += (i > 0 ? ",\"" : "\"") + std::to_string(i) + std::string(60, 'x') + '"';
        const std::string job = later.substr(0, later.size() - 1) + ",\"tags\":[" + tags + "]}";
        constexpr int count = 12000;
        int told = 0;
        for (int i = 0; i < count / 50; ++i) {
            std::string list;
            for (int k = 0; k < 50; ++k) list += (k > 0 ? "," : "[") + job;
            CPPUNIT_ASSERT_EQUAL(202, http().post("/jobs", list + ']').status);
            for (int k = 0; k < 50; ++k, ++told) CPPUNIT_ASSERT(reading.next());
        }
        CPPUNIT_ASSERT_EQUAL(count, told);
        int heard = 0;
        while (silent.next()) ++heard;
        CPPUNIT_ASSERT(heard < count);
        // It comes again and is told the rest.
        EventStream again(server().port(), "/events", silent.lastId());
        for (; heard < count; ++heard) CPPUNIT_ASSERT(again.next());
    }

    void aStopEndsTheStreams() {
        start();
        const std::string id = submit(http(), later);
        EventStream job(server().port(), path(id));
        EventStream all(server().port(), "/events");
        CPPUNIT_ASSERT_EQUAL(std::string("queued"), nameOf(job));
        CPPUNIT_ASSERT_EQUAL(200, all.status());
        server().signal(SIGTERM);
        CPPUNIT_ASSERT(!job.next());
        CPPUNIT_ASSERT(!all.next());
        CPPUNIT_ASSERT_EQUAL(0, ended());
    }

    void headTellsWhatWouldCome() {
        start();
        const std::string id = submit(http(), later);
        for (const std::string& path : {path(id), std::string("/events")}) {
            RawSocket socket(server().port());
            socket.send("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            const auto head = socket.receive(true);
            CPPUNIT_ASSERT_EQUAL(200, head->status);
            CPPUNIT_ASSERT_EQUAL(std::string("text/event-stream"), head->type());
            // The connection goes on.
            socket.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
            CPPUNIT_ASSERT_EQUAL(200, socket.receive()->status);
        }
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ResultEventsTest);

}  // namespace errand::tests
