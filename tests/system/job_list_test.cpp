// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "system/database.h"
#include "system/with_server.h"

namespace errand::tests {

class JobListTest : public WithServer {
    CPPUNIT_TEST_SUITE(JobListTest);
    CPPUNIT_TEST(newestComeFirstWithoutArgumentsAndResults);
    CPPUNIT_TEST(filtersNarrowTheList);
    CPPUNIT_TEST(cursorLeadsThroughAllPages);
    CPPUNIT_TEST(fiftyAreListedUnlessALimitIsGiven);
    CPPUNIT_TEST(cursorIsNotMovedByNewJobs);
    CPPUNIT_TEST(cursorOfAnotherFilterIsRefused);
    CPPUNIT_TEST(timesNarrowTheList);
    CPPUNIT_TEST(largeTablesAreSearchedAStretchAPage);
    CPPUNIT_TEST(badParametersAreNamed);
    CPPUNIT_TEST_SUITE_END();

    void newestComeFirstWithoutArgumentsAndResults() {
        start();
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"jobs":[],"next":null})"), http().get("/jobs").body);
        const std::string first = submit(http(), computation("sum", "1", "1"));
        const std::string second = submit(http(), computation("sum", "2", "2"));
        waitUntilIdle(http());
        const std::vector<base::Json> jobs = listJobs(http());
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), jobs.size());
        CPPUNIT_ASSERT_EQUAL(second, member(jobs[0], "id"));
        CPPUNIT_ASSERT_EQUAL(first, member(jobs[1], "id"));
        for (const char* absent : {"args", "kwargs", "result"})
            CPPUNIT_ASSERT_MESSAGE(absent, !jobs[0].find(absent));
        for (const char* there : {"state", "error", "tags", "created_at", "parent_id"})
            CPPUNIT_ASSERT_MESSAGE(there, jobs[0].find(there));
    }

    void filtersNarrowTheList() {
        start();
        const std::string good = submit(http(), computation("sum", "1", "1", "a@b.c"));
        const std::string bad = submit(http(), computation("div", "1", "0"));
        const std::string tagged =
            submit(http(), R"({"service":"compute","method":"compute",)"
                           R"("args":["sum",1,2],"delay":3600,"tags":["a b&c"]})");
        waitFor(http(), good);
        waitFor(http(), bad, "failed");
        mails(1);
        const struct {
            std::string filter;
            std::vector<std::string> ids;
        } cases[] = {
            {"service=compute", {tagged, bad, good}},
            {"service=compute&state=succeeded", {good}},
            {"state=failed", {bad}},
            {"state=queued", {tagged}},
            {"state=cancelled", {}},
            {"method=compute&state=failed", {bad}},
            {"method=send&state=failed", {}},
            {"tag=a+b%26c", {tagged}},
            {"tag=a", {}},
            {"service=none", {}},
            {"service=&state=failed&tag=", {bad}},  // as a form sends what was left blank
            {"parent=" + bad, {}},
        };
        for (const auto& c : cases) {
            std::vector<std::string> ids;
            for (const base::Json& job : listJobs(http(), c.filter))
                ids.push_back(member(job, "id"));
            CPPUNIT_ASSERT_MESSAGE(c.filter, ids == c.ids);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listJobs(http(), "parent=" + good).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), listJobs(http(), "method=send").size());
    }

    void cursorLeadsThroughAllPages() {
        start();
        const std::vector<std::string> ids = submitWaiting(7);
        std::vector<std::string> seen;
        std::string query = "/jobs?limit=3";
        std::vector<std::size_t> sizes;
        for (std::string next; next != "null"; query = "/jobs?limit=3&after=" + next) {
            const base::Json page = http().get(query).json();
            sizes.push_back(page.find("jobs")->asArray().size());
            for (const base::Json& job : page.find("jobs")->asArray())
                seen.push_back(member(job, "id"));
            next = member(page, "next");
        }
        CPPUNIT_ASSERT(sizes == (std::vector<std::size_t>{3, 3, 1}));
        CPPUNIT_ASSERT(seen == std::vector<std::string>(ids.rbegin(), ids.rend()));
    }

    void fiftyAreListedUnlessALimitIsGiven() {
        start();
        submitWaiting(52);
        const auto count = [&](const std::string& path) {
            return http().get(path).json().find("jobs")->asArray().size();
        };
        CPPUNIT_ASSERT_EQUAL(std::size_t(50), count("/jobs"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(52), count("/jobs?limit=500"));
        const base::Json exact = http().get("/jobs?limit=52").json();
        CPPUNIT_ASSERT_EQUAL(std::string("null"), member(exact, "next"));
    }

    void cursorIsNotMovedByNewJobs() {
        start();
        const std::vector<std::string> ids = submitWaiting(3);
        const std::string next = member(http().get("/jobs?limit=2").json(), "next");
        submitWaiting(2);
        const base::Json page = http().get("/jobs?limit=2&after=" + next).json();
        const auto& jobs = page.find("jobs")->asArray();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), jobs.size());
        CPPUNIT_ASSERT_EQUAL(ids[0], member(jobs[0], "id"));
    }

    void cursorOfAnotherFilterIsRefused() {
        start();
        submitWaiting(3);
        const std::string next = member(http().get("/jobs?limit=1").json(), "next");
        const std::string queued = member(http().get("/jobs?limit=1&state=queued").json(), "next");
        CPPUNIT_ASSERT_EQUAL(200, http().get("/jobs?after=" + next).status);
        CPPUNIT_ASSERT_EQUAL(200, http().get("/jobs?after=" + queued + "&state=queued").status);
        for (const std::string& query :
             {"state=queued&after=" + next, "after=" + queued, "service=compute&after=" + queued,
              "after=" + next + "0", "after=" + next.substr(1), std::string("after=3")}) {
            const Answer answer = http().get("/jobs?" + query);
            checkProblem(query, answer, 400, "after");
            CPPUNIT_ASSERT_EQUAL(std::string("after"), member(answer.json(), "parameter"));
        }
    }

    void timesNarrowTheList() {
        start();
        const std::vector<std::string> ids = submitWaiting(3);
        const std::string second = member(jobNow(http(), ids[1]), "created_at");
        const auto found = [&](const std::string& filter) {
            std::vector<std::string> list;
            for (const base::Json& job : listJobs(http(), filter))
                list.push_back(member(job, "id"));
            return list;
        };
        using Ids = std::vector<std::string>;
        CPPUNIT_ASSERT(found("created_from=" + second) == (Ids{ids[2], ids[1]}));
        CPPUNIT_ASSERT(found("created_to=" + second) == Ids{ids[0]});
        CPPUNIT_ASSERT(found("created_from=" + second + "&created_to=" + second).empty());
        CPPUNIT_ASSERT(found("created_from=2200-01-01T00:00:00Z").empty());
        CPPUNIT_ASSERT(found("created_to=1999-01-01T00:00:00Z").empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), found("created_from=1999-01-01T00:00:00Z").size());
    }

    // As after a busy day: 50,000 ended jobs, a second apart, the newest now.
    void largeTablesAreSearchedAStretchAPage() {
        const TemporaryDirectory directory;
        const Setup setup{.directory = directory.path()};
        start(setup);
        start(setup);  // the first has made the table, and ended
        server().stop();
        changeDatabase(directory.path(),
                       "INSERT INTO jobs (id, service, method, args, kwargs, state, attempt,"
                       " max_attempts, claim, timeout_ms, created_at, run_at, finished_at, result)"
                       " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                       " WHERE i < 50000), now (t) AS (SELECT strftime('%s') * 1000000)"
                       " SELECT randomblob(16), 'compute', 'compute', '[]', CASE i WHEN 100 THEN"
                       " '{\"email\":\"Anna@example.com\"}' ELSE '{}' END, 2, 1, 3, 1, 1000,"
                       " t - (50000 - i) * 1000000, t, t, '42' FROM n, now");
        start(setup);
        std::vector<std::size_t> sizes;
        std::string after, scannedTo = "9999";
        for (int pages = 0; pages < 9; ++pages) {
            const base::Json page = http().get("/jobs?text=ANNA%40example" + after).json();
            sizes.push_back(page.find("jobs")->asArray().size());
            CPPUNIT_ASSERT_EQUAL(page.find("next")->isNull(), page.find("scanned_to") == nullptr);
            if (page.find("next")->isNull()) break;
            CPPUNIT_ASSERT(member(page, "scanned_to") < scannedTo);
            scannedTo = member(page, "scanned_to");
            after = "&after=" + member(page, "next");
        }
        CPPUNIT_ASSERT(sizes == (std::vector<std::size_t>{0, 0, 1}));
        // By time it is found at once.
        const base::Json page =
            http()
                .get("/jobs?text=anna&created_to=" + scannedTo.substr(0, 10) + "T00:00:00Z")
                .json();
        CPPUNIT_ASSERT(page.find("jobs")->asArray().size() <= 1);
        const auto twoPages = [&](const std::string& filter) {
            const base::Json first = http().get("/jobs?limit=500&" + filter).json();
            CPPUNIT_ASSERT_EQUAL(std::size_t(500), first.find("jobs")->asArray().size());
            CPPUNIT_ASSERT(!first.find("scanned_to"));
            const std::string next = "&after=" + member(first, "next");
            const base::Json second = http().get("/jobs?limit=500&" + filter + next).json();
            CPPUNIT_ASSERT_EQUAL(std::size_t(500), second.find("jobs")->asArray().size());
        };
        for (const char* filter : {"", "state=succeeded", "service=compute", "text=42"})
            twoPages(filter);
    }

    void badParametersAreNamed() {
        start();
        const struct {
            const char *query, *parameter;
        } cases[] = {
            {"limit=0", "limit"},
            {"limit=501", "limit"},
            {"limit=ten", "limit"},
            {"limit=1&limit=2", "limit"},
            {"after=0", "after"},
            {"after=x", "after"},
            {"state=done", "state"},
            {"parent=42", "parent"},
            {"colour=red", "colour"},
            {"tag=%zz", "tag"},
            {"tag=%ff", "tag"},
            {"created_from=1", "created_from"},
            {"created_to=now", "created_to"},
        };
        for (const auto& c : cases) {
            const Answer answer = http().get(std::string("/jobs?") + c.query);
            checkProblem(c.query, answer, 400, c.parameter);
            CPPUNIT_ASSERT_EQUAL(std::string(c.parameter), member(answer.json(), "parameter"));
        }
    }

    // Jobs that stay queued; their ids in the order of the submits.
    std::vector<std::string> submitWaiting(int count) {
        std::vector<std::string> ids;
        for (int i = 0; i < count; ++i)
            ids.push_back(submit(http(), R"({"service":"compute","method":"compute",)"
                                         R"("args":["sum",1,2],"delay":3600})"));
        return ids;
    }
};
CPPUNIT_TEST_SUITE_REGISTRATION(JobListTest);

}  // namespace errand::tests
