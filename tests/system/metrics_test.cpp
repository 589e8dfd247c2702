// SPDX-License-Identifier: Apache-2.0
// What a watcher is told, by the program that Prometheus itself checks pages with.
#include <algorithm>

#include "system/jobs.h"
#include "system/with_server.h"

namespace errand::tests {

class MetricsTest : public WithServer {
    CPPUNIT_TEST_SUITE(MetricsTest);
    CPPUNIT_TEST(prometheusTakesThePage);
    CPPUNIT_TEST(whatWasDoneIsCounted);
    CPPUNIT_TEST(theAlertsAreRules);
    CPPUNIT_TEST_SUITE_END();

    const TemporaryDirectory own_;

    std::string page(const Server& server) {
        const Answer answer = Http(server.port()).get("/metrics");
        CPPUNIT_ASSERT_EQUAL(200, answer.status);
        return answer.body;
    }

    static std::string sample(const std::string& page, const std::string& series) {
        const auto at = page.find('\n' + series + ' ');
        if (at == page.npos) return "";
        const auto begin = at + series.size() + 2;
        return page.substr(begin, page.find('\n', begin) - begin);
    }

    // A main job and one that fails.
    void work(const Server& server) {
        Http http(server.port());
        for (const char* other : {"10", "0"}) {
            const Answer submitted =
                http.post("/jobs", computation("div", "30", other, "a@b.example"));
            CPPUNIT_ASSERT_EQUAL(202, submitted.status);
        }
        waitUntilIdle(http);
    }

    void prometheusTakesThePage() {
        Server server;
        work(server);
        const std::string text = page(server);
        server.stop();
        writeFile(own_ / "page", text);
        Process check("/bin/sh",
                      {"-c", "/usr/bin/promtool check metrics < \"$0\" 2>&1", own_ / "page"},
                      own_ / "errors");
        const std::string said = check.readAll();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(said, 0, check.wait());
        CPPUNIT_ASSERT_EQUAL(std::string(), said);
    }

    void whatWasDoneIsCounted() {
        Server server;
        work(server);
        const std::string text = page(server);
        const auto is = [&](const std::string& series, const std::string& value) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(series, value, sample(text, series));
        };
        is(R"(errand_job_attempts_total{service="compute",outcome="succeeded"})", "1");
        is(R"(errand_job_attempts_total{service="compute",outcome="failed"})", "1");
        is(R"(errand_jobs_submitted_total{service="mail"})", "2");
        is(R"(errand_jobs{service="compute",state="failed"})", "1");
        is(R"(errand_http_requests_total{method="POST",route="/jobs",status="202"})", "2");
        is("errand_ready", "1");
        is("errand_transport_connected", "1");
        CPPUNIT_ASSERT(std::stoi(sample(text, "errand_store_commit_seconds_count")) > 0);
        CPPUNIT_ASSERT(std::stoi(sample(text, "errand_store_fsync_seconds_count")) > 0);
        server.stop();
    }

    void theAlertsAreRules() {
        Process check(
            "/usr/bin/promtool",
            {"check", "rules", std::string(ERRAND_SOURCE) + "/etc/prometheus/errand.rules.yml"},
            own_ / "errors");
        const std::string said = check.readAll();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(said, 0, check.wait());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MetricsTest);

}  // namespace errand::tests
