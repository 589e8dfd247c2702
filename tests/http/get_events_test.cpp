// SPDX-License-Identifier: Apache-2.0
// GET /jobs/ID/events and GET /events, through the route table.
#include <cppunit/extensions/HelperMacros.h>

#include "http/test_site.h"

namespace errand::http {
namespace {

using jobs::JobState;

class GetEventsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GetEventsTest);
    CPPUNIT_TEST(aJobIsWatchedFromWhatTheClientKnows);
    CPPUNIT_TEST(whoKnowsTheEndNeedNotComeAgain);
    CPPUNIT_TEST(whatIsNoJobIsNotFound);
    CPPUNIT_TEST(allJobsAreWatchedThroughAFilter);
    CPPUNIT_TEST(whatIsNoFilterOfEventsIsRefused);
    CPPUNIT_TEST(headAsksForTheHeadAlone);
    CPPUNIT_TEST(whereThereIsNoRoomThatIsSaid);
    CPPUNIT_TEST_SUITE_END();

    TestSite site_;

    Response ask(const std::string& path, const std::string& last = {}) {
        return site_.send("GET " + path, last.empty() ? "" : "Last-Event-ID: " + last + "\r\n", "");
    }

    void aJobIsWatchedFromWhatTheClientKnows() {
        const std::string path = "/jobs/" + site_.submit() + "/events";
        const auto seen = [&](const std::string& last) {
            const Response response = ask(path, last);
            const auto& parked = std::get<WatchJob>(response.parking->wanted);
            CPPUNIT_ASSERT_EQUAL(std::int64_t(1), parked.sequence);
            return parked.seen;
        };
        CPPUNIT_ASSERT_EQUAL(std::int64_t(-1), seen(""));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(-1), seen("x"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), seen("0"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), seen("1"));
        // A number that is not there yet must not hide what comes.
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), seen("1000"));
    }

    void whoKnowsTheEndNeedNotComeAgain() {
        const std::string id = site_.submit();
        site_.jobs.becomes(*base::Id::parse(id), JobState::cancelled);
        const std::string path = "/jobs/" + id + "/events";
        for (const char* last : {"2", "3"}) {
            const Response response = ask(path, last);
            CPPUNIT_ASSERT_EQUAL(204, response.status);
            CPPUNIT_ASSERT(!response.parking);
        }
        for (const char* last : {"", "1", "x"}) CPPUNIT_ASSERT(ask(path, last).parking);
    }

    void whatIsNoJobIsNotFound() {
        for (const char* path :
             {"/jobs/1/events", "/jobs/01900000-0000-7000-8000-000000000001/events"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 404, ask(path).status);
    }

    void allJobsAreWatchedThroughAFilter() {
        const Response all = ask("/events");
        CPPUNIT_ASSERT(!std::get<WatchJobs>(all.parking->wanted).seen);
        const Response some =
            ask("/events?state=failed&service=mail&method=send&tag=a%20b"
                "&parent=01900000-0000-7000-8000-000000000001",
                "41");
        const auto& parked = std::get<WatchJobs>(some.parking->wanted);
        CPPUNIT_ASSERT(parked.filter.state == JobState::failed);
        CPPUNIT_ASSERT_EQUAL(std::string("mail"), parked.filter.service);
        CPPUNIT_ASSERT_EQUAL(std::string("send"), parked.filter.method);
        CPPUNIT_ASSERT_EQUAL(std::string("a b"), parked.filter.tag);
        CPPUNIT_ASSERT(parked.filter.parent.has_value());
        CPPUNIT_ASSERT(parked.seen == 41);
        const Response lost = ask("/events", "x");
        CPPUNIT_ASSERT(std::get<WatchJobs>(lost.parking->wanted).seen == -1);
    }

    void whatIsNoFilterOfEventsIsRefused() {
        for (const char* query : {"limit=5", "after=5", "state=ended", "parent=1", "color=red",
                                  "tag=a&tag=b", "tag=%"}) {
            const Response response = ask(std::string("/events?") + query);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(query, 400, response.status);
            ASSERT_CONTAINS("\"parameter\":", response.body);
            CPPUNIT_ASSERT(!response.parking);
        }
    }

    void headAsksForTheHeadAlone() {
        const std::string job = "/jobs/" + site_.submit() + "/events";
        for (const std::string& path : {job, std::string("/events")}) {
            const Response response = site_.ask("HEAD " + path);
            CPPUNIT_ASSERT_EQUAL(200, response.status);
            CPPUNIT_ASSERT(response.endless);
            CPPUNIT_ASSERT(!response.parking);
            CPPUNIT_ASSERT_EQUAL(std::string("text/event-stream"),
                                 std::string(response.contentType));
        }
    }

    void whereThereIsNoRoomThatIsSaid() {
        const Response response = ask("/events");
        CPPUNIT_ASSERT_EQUAL(503, response.status);
        ASSERT_CONTAINS("Retry-After: 5\r\n", response.fields);
        ASSERT_CONTAINS("http.maxStreams", response.body);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GetEventsTest);

}  // namespace
}  // namespace errand::http
