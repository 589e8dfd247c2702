// SPDX-License-Identifier: Apache-2.0
#include "jobs/job_list.h"

#include <algorithm>
#include <functional>
#include <random>
#include <set>

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/list_table.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::string_literals;

namespace {

const std::vector<std::string> services{"alpha", "beta", "gone", "mail"};
const std::vector<std::string> methods{"send", "work"};
const std::vector<std::string> tags{"1", "red", "'; DROP TABLE jobs; --"};
const std::vector<std::string> texts{"ANNA@example.com", "\"7\"", "nowhere"};

bool fits(const Job& job, const Filter& filter) {
    const auto tagged = [&] {
        return std::find(job.tags.begin(), job.tags.end(), filter.tag) != job.tags.end();
    };
    // What fill() makes holds these as they are, or not at all.
    const auto named = [&] {
        return filter.text == texts[0] ? job.arguments.args.find("Anna") != std::string::npos
                                       : job.arguments.args.find(filter.text) != std::string::npos;
    };
    return (!filter.state || job.state == *filter.state) &&
           (filter.service.empty() || job.service == filter.service) &&
           (filter.method.empty() || job.method == filter.method) &&
           (!filter.parent || job.parent == filter.parent) && (filter.tag.empty() || tagged()) &&
           (filter.text.empty() || named()) &&
           (!filter.createdFrom || job.createdAt >= *filter.createdFrom) &&
           (!filter.createdTo || job.createdAt < *filter.createdTo);
}

std::vector<std::string> withNone(std::vector<std::string> words) {
    words.insert(words.begin(), "");
    return words;
}

}  // namespace

class JobListTest : public ListTable {
    CPPUNIT_TEST_SUITE(JobListTest);
    CPPUNIT_TEST(newestComeFirstAndTheCursorGoesOn);
    CPPUNIT_TEST(cursorEndsWithTheLastPage);
    CPPUNIT_TEST(newJobsDoNotMoveACursor);
    CPPUNIT_TEST(everyFilterAgreesWithABruteSearch);
    CPPUNIT_TEST(servicesThatComeLaterAreListed);
    CPPUNIT_TEST(hundredsOfServicesAreMerged);
    CPPUNIT_TEST(filterForNothingIsAnEmptyPage);
    CPPUNIT_TEST(allThatWasGivenOrAnsweredIsSearched);
    CPPUNIT_TEST(timesHoldExactlyThoughOrderDoesNot);
    CPPUNIT_TEST(noStatementGoesThroughTheTable);
    CPPUNIT_TEST(pageIsOfOneMoment);
    CPPUNIT_TEST(jobsOfOneSubmitterAreListed);
    CPPUNIT_TEST_SUITE_END();

public:
    void newestComeFirstAndTheCursorGoesOn() {
        for (int i = 0; i < 5; ++i) table_->queued();
        Page page = list_->page({}, 2, std::nullopt);
        CPPUNIT_ASSERT_EQUAL("5 4 "s, sequences(page.jobs));
        CPPUNIT_ASSERT(page.next == 4);
        page = list_->page({}, 2, page.next);
        CPPUNIT_ASSERT_EQUAL("3 2 "s, sequences(page.jobs));
        page = list_->page({}, 2, page.next);
        CPPUNIT_ASSERT_EQUAL("1 "s, sequences(page.jobs));
        CPPUNIT_ASSERT(!page.next && !page.scannedTo);
    }

    void cursorEndsWithTheLastPage() {
        for (int i = 0; i < 4; ++i) table_->queued();
        CPPUNIT_ASSERT(!list_->page({}, 4, std::nullopt).next);
        CPPUNIT_ASSERT(list_->page({}, 3, std::nullopt).next == 2);
        CPPUNIT_ASSERT(list_->page({}, 3, 1).jobs.empty());
    }

    void newJobsDoNotMoveACursor() {
        for (int i = 0; i < 4; ++i) table_->queued();
        const Page first = list_->page({}, 2, std::nullopt);
        for (int i = 0; i < 4; ++i) table_->queued();
        CPPUNIT_ASSERT_EQUAL("2 1 "s, sequences(list_->page({}, 2, first.next).jobs));
    }

    void everyFilterAgreesWithABruteSearch() {
        fill(400);
        std::vector<Filter> filters{{}};
        const auto vary = [&](auto&& change, const auto& values) {
            std::vector<Filter> more;
            for (const Filter& filter : filters) {
                for (const auto& value : values) change(more.emplace_back(filter), value);
            }
            filters = std::move(more);
        };
        vary(
            [](Filter& f, int state) {
                if (state < 5) f.state = static_cast<JobState>(state);
            },
            std::vector{0, 1, 2, 3, 4, 5});
        vary([](Filter& f, const std::string& s) { f.service = s; }, withNone(services));
        vary([](Filter& f, const std::string& s) { f.method = s; }, withNone(methods));
        vary([](Filter& f, const std::string& s) { f.tag = s; }, withNone(tags));
        vary([](Filter& f, const std::string& s) { f.text = s; }, withNone(texts));
        vary(
            [&](Filter& f, bool of) {
                if (of) f.parent = all_.front().id;
            },
            std::vector{false, true});
        CPPUNIT_ASSERT_EQUAL(std::size_t(6 * 5 * 3 * 4 * 4 * 2), filters.size());
        for (std::size_t i = 0; i < filters.size(); ++i) {
            if (i % 3 == 1) filters[i].createdFrom = at(static_cast<double>(i % 300));
            if (i % 5 > 2) filters[i].createdTo = at(static_cast<double>(i % 400));
            compareAllPages(filters[i]);
        }
    }

    void servicesThatComeLaterAreListed() {
        Filter filter;
        filter.state = JobState::queued;
        CPPUNIT_ASSERT(list_->page(filter, 9, std::nullopt).jobs.empty());
        table_->queued("beta");
        table_->queued("alpha");
        table_->queued("beta");
        CPPUNIT_ASSERT_EQUAL("3 2 1 "s, sequences(list_->page(filter, 9, std::nullopt).jobs));
    }

    void hundredsOfServicesAreMerged() {
        table_->database.execute("BEGIN");
        for (int i = 0; i < 1400; ++i) table_->queued("s" + std::to_string(i * 37 % 700));
        table_->database.execute("COMMIT");
        Filter filter;
        filter.state = JobState::queued;
        Page page = list_->page(filter, 3, std::nullopt);
        CPPUNIT_ASSERT_EQUAL("1400 1399 1398 "s, sequences(page.jobs));
        page = list_->page(filter, 500, 900);
        CPPUNIT_ASSERT_EQUAL(std::size_t(500), page.jobs.size());
        CPPUNIT_ASSERT(page.jobs.front().sequence == 899 && page.jobs.back().sequence == 400);
    }

    void filterForNothingIsAnEmptyPage() {
        table_->queued();
        Filter filter;
        filter.service = "nobody";
        CPPUNIT_ASSERT(list_->page(filter, 9, std::nullopt).jobs.empty());
        filter = {};
        filter.parent = base::Id::generate(at(0));
        const Page page = list_->page(filter, 9, std::nullopt);
        CPPUNIT_ASSERT(page.jobs.empty() && !page.next);
    }

    void allThatWasGivenOrAnsweredIsSearched() {
        for (int i = 0; i < 8; ++i) table_->queued();
        table_->set(1, "args = '[\"needle\"]'");
        table_->set(2, "kwargs = '{\"x\":\"NEEDLE\"}'");
        table_->set(3,
                    "state = 2, attempt = 1, claim = 1, finished_at = 1, result = '\"a needle\"'");
        table_->set(4, "state = 3, finished_at = 1, error_type = 'E', error_message = 'Needles!'");
        table_->set(5, "tags = '[\"needle\"]'");
        table_->set(6, "progress = '{\"fraction\":null,\"text\":\"needle\"}'");
        table_->set(7, "notify = '{\"webhook\":\"https://needle\"}'");
        Filter filter;
        filter.text = "needle";
        CPPUNIT_ASSERT_EQUAL("7 6 5 4 3 2 1 "s,
                             sequences(list_->page(filter, 9, std::nullopt).jobs));
    }

    void timesHoldExactlyThoughOrderDoesNot() {
        fillTable(1000);  // a second apart
        // Written later than some that were created after it.
        table_->set(500, "created_at = created_at - 9000000");
        table_->set(300, "created_at = created_at + 9000000");
        Filter filter;
        filter.createdFrom = at(491);
        filter.createdTo = at(495);
        CPPUNIT_ASSERT_EQUAL("500 494 493 492 491 "s,
                             sequences(list_->page(filter, 9, std::nullopt).jobs));
        filter.createdTo = at(491) + std::chrono::microseconds(1);
        CPPUNIT_ASSERT_EQUAL("500 491 "s, sequences(list_->page(filter, 9, std::nullopt).jobs));
        filter.createdTo = at(491);
        CPPUNIT_ASSERT(list_->page(filter, 9, std::nullopt).jobs.empty());
        filter = {};
        filter.createdFrom = at(308);
        filter.createdTo = at(310);
        CPPUNIT_ASSERT_EQUAL("309 308 300 "s, sequences(list_->page(filter, 9, std::nullopt).jobs));
        filter.createdFrom = at(1001);
        filter.createdTo.reset();
        CPPUNIT_ASSERT(list_->page(filter, 9, std::nullopt).jobs.empty());
    }

    void noStatementGoesThroughTheTable() {
        fill(50);
        std::vector<Filter> filters(6);
        filters[1].state = JobState::failed;
        filters[2] = filters[1];
        filters[2].service = "alpha";
        filters[3].service = "beta";
        filters[3].method = "send";
        filters[3].tag = "red";
        filters[4].parent = all_.front().id;
        filters[5].createdFrom = at(10);
        filters[5].createdTo = at(20);
        std::set<std::string> ways;
        for (const Filter& filter : filters) {
            for (const std::string& step : plansOf(filter)) {
                CPPUNIT_ASSERT_MESSAGE(step, step.find("SCAN jobs") == std::string::npos);
                CPPUNIT_ASSERT_MESSAGE(step, step.find("TEMP B-TREE") == std::string::npos);
                ways.insert(step);
            }
        }
        const std::string byIndex = "SEARCH jobs USING COVERING INDEX ";
        const std::string range = "sequence>? AND sequence<?)";
        for (const std::string& wanted :
             {byIndex + "jobs_list (state=? AND service=? AND " + range,
              byIndex + "jobs_child (parent=? AND " + range,
              "SEARCH jobs USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"s}) {
            CPPUNIT_ASSERT_MESSAGE(wanted, ways.count(wanted) == 1);
        }
    }

    void pageIsOfOneMoment() {
        table_->queued();
        // Between two statements of the page the job is claimed: the traced reader tells when.
        int looks = 0;
        onEachStatement([&](const std::string& sql) {
            if (sql.find("jobs_list") != std::string::npos && ++looks == 2) table_->claimed();
        });
        Filter filter;
        filter.service = "alpha";
        const Page page = list_->page(filter, 9, std::nullopt);
        CPPUNIT_ASSERT_EQUAL(5, looks);  // one for each state
        CPPUNIT_ASSERT_EQUAL("1 "s, sequences(page.jobs));
        CPPUNIT_ASSERT(page.jobs[0].state == JobState::queued);
        onEachStatement(nullptr);
        CPPUNIT_ASSERT(list_->page(filter, 9, std::nullopt).jobs.at(0).state == JobState::running);
    }

private:
    // Jobs of every kind, mixed by a die that falls the same way each time; one a second.
    void fill(int count) {
        std::minstd_rand dice(42);
        const auto roll = [&](std::size_t sides) { return dice() / 7 % sides; };
        table_->database.execute("BEGIN");
        for (int i = 0; i < count; ++i) {
            Job job = JobTable::make(services[roll(services.size())]);
            job.createdAt = at(i);
            job.method = methods[roll(methods.size())];
            job.arguments.args = "[\"" + std::to_string(roll(10)) + "\"" +
                                 (roll(4) == 0 ? ",\"Anna@Example.com\"]" : "]");
            for (const auto& tag : tags) {
                if (roll(3) == 0) job.tags.push_back(tag);
            }
            if (i > 0 && roll(3) == 0) job.parent = all_[roll(2) == 0 ? 0 : roll(all_.size())].id;
            bring(job, static_cast<JobState>(roll(5)));
            all_.push_back(job);
        }
        table_->database.execute("COMMIT");
    }

    void bring(Job& job, JobState state) {
        JobStore& jobs = *table_->jobs;
        const bool waits = state == JobState::queued || state == JobState::cancelled;
        waits ? jobs.submit(job) : jobs.submitAndClaim(job);
        const JobStore::Settled settled{job.sequence, 1, at(1), at(2)};
        if (state == JobState::cancelled) jobs.cancel(job.id, at(2));
        if (state == JobState::succeeded) jobs.succeed(settled, "1");
        if (state == JobState::failed) jobs.fail(settled, {"E", "e"});
        job.state = state;
    }

    void compareAllPages(const Filter& filter) {
        std::vector<Job> wanted;
        for (const Job& job : all_) {
            if (fits(job, filter)) wanted.push_back(job);
        }
        std::reverse(wanted.begin(), wanted.end());
        std::vector<Job> got;
        std::optional<std::int64_t> after;
        do {
            Page page = list_->page(filter, 37, after);
            for (Job& job : page.jobs) got.push_back(std::move(job));
            after = page.next;
        } while (after);
        CPPUNIT_ASSERT_EQUAL(sequences(wanted), sequences(got));
    }

    // Calls with each statement that the list runs from now on, before it runs.
    void onEachStatement(std::function<void(const std::string&)> call) {
        onStatement_ = std::move(call);
        const auto tell = [](unsigned, void* self, void* statement, void*) {
            const char* sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
            static_cast<JobListTest*>(self)->onStatement_(sql);
            return 0;
        };
        sqlite3_trace_v2(reader_->handle(), onStatement_ ? SQLITE_TRACE_STMT : 0, tell, this);
    }

    // How SQLite goes about each statement of a page.
    std::vector<std::string> plansOf(const Filter& filter) {
        std::set<std::string> ran;
        onEachStatement([&](const std::string& sql) { ran.insert(sql); });
        list_->page(filter, 9, std::nullopt);
        onEachStatement(nullptr);
        std::vector<std::string> steps;
        for (const std::string& sql : ran) {
            store::Statement plan(table_->database, "EXPLAIN QUERY PLAN " + sql);
            while (plan.step()) steps.push_back(plan.text(3));
        }
        return steps;
    }

    std::function<void(const std::string&)> onStatement_;
    std::vector<Job> all_;

    void jobsOfOneSubmitterAreListed() {
        fillTable(9);
        table_->database.execute(
            "UPDATE jobs SET submitter = 'alice' WHERE sequence IN (2, 5, 8);"
            "UPDATE jobs SET submitter = 'bob', service = 'beta' WHERE sequence = 6;"
            "UPDATE jobs SET service = 'beta' WHERE sequence = 5");
        Filter alice;
        alice.submitter = "alice";
        CPPUNIT_ASSERT_EQUAL("8 5 2 "s, sequences(list_->page(alice, 50, std::nullopt).jobs));
        const Page first = list_->page(alice, 2, std::nullopt);
        CPPUNIT_ASSERT_EQUAL("8 5 "s, sequences(first.jobs));
        CPPUNIT_ASSERT_EQUAL("2 "s, sequences(list_->page(alice, 2, first.next).jobs));
        alice.service = "beta";
        CPPUNIT_ASSERT_EQUAL("5 "s, sequences(list_->page(alice, 50, std::nullopt).jobs));
        alice.service = "alpha";
        alice.state = JobState::succeeded;
        CPPUNIT_ASSERT_EQUAL("8 2 "s, sequences(list_->page(alice, 50, std::nullopt).jobs));
        Filter nobody;
        nobody.submitter = "carol";
        CPPUNIT_ASSERT(list_->page(nobody, 50, std::nullopt).jobs.empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobListTest);
