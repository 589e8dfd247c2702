// SPDX-License-Identifier: Apache-2.0
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>

#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/job_commands.h"
#include "commands.h"

namespace errand::cli {

class JobsCommandTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobsCommandTest);
    CPPUNIT_TEST(filtersAreEscaped);
    CPPUNIT_TEST(pagesAreFetchedUpToTheLimit);
    CPPUNIT_TEST(listEndsWhereTheServerSays);
    CPPUNIT_TEST(emptyPagesAreNotTheEnd);
    CPPUNIT_TEST(jsonIsOneList);
    CPPUNIT_TEST(oddAnswersAreFailures);
    CPPUNIT_TEST(wordsThatMakeNoSenseAreRefused);
    CPPUNIT_TEST_SUITE_END();

    // A page of so many jobs.
    static HttpAnswer page(std::size_t count, const std::string& next) {
        std::string body = R"({"jobs":[)";
        for (std::size_t i = 0; i < count; ++i) body += (i ? "," : "") + jobJson("queued");
        return {200, body + R"(],"next":)" + next + '}', {}};
    }
    static auto lines(const std::string& text) {
        return std::count(text.begin(), text.end(), '\n');
    }

    void filtersAreEscaped() {
        TinyServer server({page(0, "null")});
        run(jobsCommand(), {}, server);
        run(jobsCommand(),
            {"--state", "failed", "--service", "mail", "--method=send", "--tag", "a&b=c d/\xC3\xA4",
             "--text", "x", "--created-from=2026-11-23T06:00:00+01:00", "--created-to=z",
             "--parent=7"},
            server);
        CPPUNIT_ASSERT_EQUAL(std::string("GET /jobs?limit=50"), server.asked().at(0).line);
        CPPUNIT_ASSERT_EQUAL(std::string("GET /jobs?limit=50&state=failed&service=mail&method=send"
                                         "&parent=7&tag=a%26b%3Dc%20d%2F%C3%A4&text=x"
                                         "&created_from=2026-11-23T06%3A00%3A00%2B01%3A00"
                                         "&created_to=z"),
                             server.asked().at(1).line);
    }

    void pagesAreFetchedUpToTheLimit() {
        TinyServer server({page(500, "\"p+1\""), page(500, "\"p2\""), page(200, "\"p3\"")});
        const Ran ran = run(jobsCommand(), {"--limit", "1200"}, server);
        CPPUNIT_ASSERT_EQUAL(exitOk, ran.code);
        CPPUNIT_ASSERT_EQUAL(1201, static_cast<int>(lines(ran.out)));
        const std::vector<Asked> asked = server.asked();
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), asked.size());
        CPPUNIT_ASSERT_EQUAL(std::string("GET /jobs?limit=500"), asked[0].line);
        CPPUNIT_ASSERT_EQUAL(std::string("GET /jobs?limit=500&after=p%2B1"), asked[1].line);
        CPPUNIT_ASSERT_EQUAL(std::string("GET /jobs?limit=200&after=p2"), asked[2].line);
    }

    void listEndsWhereTheServerSays() {
        TinyServer server({page(3, "null")});
        CPPUNIT_ASSERT_EQUAL(
            4, static_cast<int>(lines(run(jobsCommand(), {"--limit", "9"}, server).out)));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), server.asked().size());
        // A server that always says there is more, and gives nothing, is not asked for ever.
        TinyServer odd({page(0, "\"x\"")});
        CPPUNIT_ASSERT_EQUAL(exitOk, run(jobsCommand(), {}, odd).code);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), odd.asked().size());
    }

    void emptyPagesAreNotTheEnd() {
        TinyServer server({page(0, "\"a\""), page(0, "\"b\""), page(2, "null")});
        const Ran ran = run(jobsCommand(), {"--text", "anna"}, server);
        CPPUNIT_ASSERT_EQUAL(3, static_cast<int>(lines(ran.out)));
        CPPUNIT_ASSERT_EQUAL(std::string("GET /jobs?limit=50&text=anna&after=b"),
                             server.asked().at(2).line);
    }

    void jsonIsOneList() {
        const TinyServer server({page(1, "null")});
        CPPUNIT_ASSERT_EQUAL("{\"jobs\":[" + jobJson("queued") + "]}\n",
                             run(jobsCommand(), {"--json"}, server).out);
    }

    void oddAnswersAreFailures() {
        for (const char* body : {"[]", "{}", R"({"jobs":7})"}) {
            const TinyServer server({{200, body, {}}});
            CPPUNIT_ASSERT_THROW_MESSAGE(body, run(jobsCommand(), {}, server), Failure);
        }
    }

    void wordsThatMakeNoSenseAreRefused() {
        TinyServer server({page(0, "null")});
        for (const char* limit : {"0", "-1", "x", "100001", ""}) {
            CPPUNIT_ASSERT_THROW_MESSAGE(
                limit, run(jobsCommand(), {"--limit=" + std::string(limit)}, server), UsageError);
        }
        CPPUNIT_ASSERT_THROW(run(jobsCommand(), {"failed"}, server), UsageError);
        CPPUNIT_ASSERT(server.asked().empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobsCommandTest);

}  // namespace errand::cli
