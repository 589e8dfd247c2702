// SPDX-License-Identifier: Apache-2.0
#include "http/job_filter.h"

#include <cppunit/extensions/HelperMacros.h>

#include "http/list_cursor.h"
#include "http/test_site.h"

namespace errand::http {
namespace {

class JobFilterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobFilterTest);
    CPPUNIT_TEST(nothingAskedIsTheNewestFifty);
    CPPUNIT_TEST(everyParameterIsRead);
    CPPUNIT_TEST(theBoundsOfLimitAreThere);
    CPPUNIT_TEST(zonesOfTimesAreTaken);
    CPPUNIT_TEST(cursorsBelongToTheFilterInAnyOrder);
    CPPUNIT_TEST(badParametersAreNamed);
    CPPUNIT_TEST(aWholeFilterHasNoPage);
    CPPUNIT_TEST(anyOneFilterIsNoOpenOne);
    CPPUNIT_TEST_SUITE_END();

    static JobFilter read(std::string_view query) {
        auto result = readJobFilter(query);
        CPPUNIT_ASSERT_MESSAGE(std::string(query), std::holds_alternative<JobFilter>(result));
        return std::get<JobFilter>(result);
    }

    template <class Result>
    static void checkRefusal(const std::string& query, const Result& result) {
        const auto* refusal = std::get_if<Response>(&result);
        CPPUNIT_ASSERT_MESSAGE(query, refusal != nullptr);
        CPPUNIT_ASSERT_EQUAL(400, refusal->status);
        ASSERT_CONTAINS("\"parameter\":\"" + query.substr(0, query.find('=')) + '"', refusal->body);
    }

    void nothingAskedIsTheNewestFifty() {
        const JobFilter asked = read(
            "state=&service=&method=&parent=&tag=&text=&created_from=&created_to=&limit=&after=");
        CPPUNIT_ASSERT_EQUAL(50, asked.limit);
        CPPUNIT_ASSERT(!asked.after && isOpen(asked.filter));
    }

    void everyParameterIsRead() {
        const JobFilter asked = read(
            "state=failed&service=mail&method=send&tag=a%20b&limit=7&text=anna%40b.c+%25"
            "&created_from=2026-11-22T17:38:41Z&created_to=2026-11-22T17:38:41.000124Z"
            "&parent=01900000-0000-7000-8000-000000000001");
        const jobs::Filter& filter = asked.filter;
        CPPUNIT_ASSERT(filter.state == jobs::JobState::failed);
        CPPUNIT_ASSERT_EQUAL(std::string("mail"), filter.service);
        CPPUNIT_ASSERT_EQUAL(std::string("send"), filter.method);
        CPPUNIT_ASSERT_EQUAL(std::string("a b"), filter.tag);
        CPPUNIT_ASSERT_EQUAL(std::string("anna@b.c %"), filter.text);
        CPPUNIT_ASSERT_EQUAL(7, asked.limit);
        const base::Time now = FixedClock().now();
        CPPUNIT_ASSERT(filter.createdFrom == now - std::chrono::microseconds(123));
        CPPUNIT_ASSERT(filter.createdTo == now + std::chrono::microseconds(1));
        CPPUNIT_ASSERT_EQUAL(std::string("01900000-0000-7000-8000-000000000001"),
                             filter.parent->toString());
    }

    void theBoundsOfLimitAreThere() {
        CPPUNIT_ASSERT_EQUAL(1, read("limit=1").limit);
        CPPUNIT_ASSERT_EQUAL(500, read("limit=500").limit);
    }

    void zonesOfTimesAreTaken() {
        const auto from = [](const char* query) { return *read(query).filter.createdFrom; };
        const base::Time noon = from("created_from=2026-11-22T12:00:00Z");
        CPPUNIT_ASSERT(from("created_from=2026-11-22T13:00:00%2B01:00") == noon);
        CPPUNIT_ASSERT(from("created_from=2026-11-22T11:00:00-01:00") == noon);
        // A '+' as it stands is a space in a query; the words say so.
        const auto result = readJobFilter("created_from=2026-11-22T13:00:00+01:00");
        ASSERT_CONTAINS("%2B", std::get<Response>(result).body);
    }

    void cursorsBelongToTheFilterInAnyOrder() {
        jobs::Filter filter;
        filter.service = "mail";
        const std::string cursor = writeCursor(123, filter);
        CPPUNIT_ASSERT(read("service=mail&limit=3&after=" + cursor).after == 123);
        CPPUNIT_ASSERT(read("after=" + cursor + "&service=mail&tag=").after == 123);
        for (const char* rest : {"", "&service=compute", "&service=mail&tag=x"})
            checkRefusal("after", readJobFilter("after=" + cursor + rest));
    }

    void badParametersAreNamed() {
        for (const char* query :
             {"limit=0", "limit=501", "limit=x", "limit=5x", "limit=-1", "after=0", "after=-5",
              "after=123", "after=99999999999999999999", "state=done", "state=Failed", "parent=1",
              "sate=failed", "created_from=yesterday", "created_from=2026-11-22",
              "created_to=2026-13-22T00:00:00Z", "created=2026-11-22T00:00:00Z"}) {
            checkRefusal(query, readJobFilter(query));
        }
    }

    void aWholeFilterHasNoPage() {
        const auto result = readWholeFilter("state=failed&text=a&created_to=2026-11-22T12:00:00Z");
        const auto& filter = std::get<jobs::Filter>(result);
        CPPUNIT_ASSERT(filter.state == jobs::JobState::failed && filter.text == "a");
        for (const char* query : {"limit=5", "after=1", "state=x", "colour=red", "tag=%zz"})
            checkRefusal(query, readWholeFilter(query));
    }

    void anyOneFilterIsNoOpenOne() {
        CPPUNIT_ASSERT(isOpen({}));
        for (const char* query :
             {"state=queued", "service=x", "method=x", "tag=x", "text=x",
              "parent=01900000-0000-7000-8000-000000000001", "created_from=2026-11-22T12:00:00Z",
              "created_to=2026-11-22T12:00:00Z"}) {
            CPPUNIT_ASSERT_MESSAGE(query, !isOpen(read(query).filter));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobFilterTest);

}  // namespace
}  // namespace errand::http
