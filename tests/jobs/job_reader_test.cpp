// SPDX-License-Identifier: Apache-2.0
#include "jobs/job_reader.h"

#include <algorithm>
#include <random>

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/job_table.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::string_literals;

namespace {

const std::vector<std::string> services{"alpha", "beta", "gone", "mail"};
const std::vector<std::string> methods{"send", "work"};
const std::vector<std::string> tags{"1", "red", "'; DROP TABLE jobs; --"};

bool fits(const Job& job, const Filter& filter) {
    const auto tagged = [&] {
        return std::find(job.tags.begin(), job.tags.end(), filter.tag) != job.tags.end();
    };
    return (!filter.state || job.state == *filter.state) &&
           (filter.service.empty() || job.service == filter.service) &&
           (filter.method.empty() || job.method == filter.method) &&
           (!filter.parent || job.parent == filter.parent) && (filter.tag.empty() || tagged());
}

std::string sequences(const std::vector<Job>& jobs) {
    std::string text;
    for (const Job& job : jobs) text += std::to_string(job.sequence) + ' ';
    return text;
}

}  // namespace

class JobReaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobReaderTest);
    CPPUNIT_TEST(findTellsAllOfAJob);
    CPPUNIT_TEST(unknownJobIsNone);
    CPPUNIT_TEST(newestComeFirstAndTheCursorGoesOn);
    CPPUNIT_TEST(cursorEndsWithTheLastPage);
    CPPUNIT_TEST(newJobsDoNotMoveACursor);
    CPPUNIT_TEST(everyFilterAgreesWithABruteSearch);
    CPPUNIT_TEST(servicesOfNoCatalogueAreListed);
    CPPUNIT_TEST(servicesThatComeLaterAreListed);
    CPPUNIT_TEST(filterForNothingIsAnEmptyPage);
    CPPUNIT_TEST(stateAndServiceAreReadFromTheListsIndex);
    CPPUNIT_TEST(readerSeesEachCommitAtOnce);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        store_.emplace();
        table_.emplace(store_->path());
        reader_.emplace(store_->path());
        all_.clear();
    }
    void tearDown() override {
        reader_.reset();
        table_.reset();
        store_.reset();
    }

    void findTellsAllOfAJob() {
        table_->queued();
        const Job job = table_->queued("beta", 5);
        for (int i = 0; i < 2; ++i) {
            const auto found = reader_->find(job.id);
            CPPUNIT_ASSERT(found && found->sequence == job.sequence);
            CPPUNIT_ASSERT(found->arguments == job.arguments);
        }
    }

    void unknownJobIsNone() {
        table_->queued();
        CPPUNIT_ASSERT(!reader_->find(base::Id::generate(at(0))));
    }

    void newestComeFirstAndTheCursorGoesOn() {
        for (int i = 0; i < 5; ++i) table_->queued();
        Page page = reader_->list({}, 2, std::nullopt);
        CPPUNIT_ASSERT_EQUAL("5 4 "s, sequences(page.jobs));
        CPPUNIT_ASSERT(page.next == 4);
        page = reader_->list({}, 2, page.next);
        CPPUNIT_ASSERT_EQUAL("3 2 "s, sequences(page.jobs));
        page = reader_->list({}, 2, page.next);
        CPPUNIT_ASSERT_EQUAL("1 "s, sequences(page.jobs));
        CPPUNIT_ASSERT(!page.next);
    }

    void cursorEndsWithTheLastPage() {
        for (int i = 0; i < 4; ++i) table_->queued();
        CPPUNIT_ASSERT(!reader_->list({}, 4, std::nullopt).next);
        CPPUNIT_ASSERT(reader_->list({}, 3, std::nullopt).next == 2);
        CPPUNIT_ASSERT(reader_->list({}, 3, 1).jobs.empty());
    }

    void newJobsDoNotMoveACursor() {
        for (int i = 0; i < 4; ++i) table_->queued();
        const Page first = reader_->list({}, 2, std::nullopt);
        for (int i = 0; i < 4; ++i) table_->queued();
        CPPUNIT_ASSERT_EQUAL("2 1 "s, sequences(reader_->list({}, 2, first.next).jobs));
    }

    void everyFilterAgreesWithABruteSearch() {
        fill(400);
        int compared = 0;
        std::vector<std::optional<JobState>> states{std::nullopt};
        for (int i = 0; i < 5; ++i) states.emplace_back(static_cast<JobState>(i));
        for (const auto& state : states) {
            for (const auto& service : withNone(services)) {
                for (const auto& method : withNone(methods)) {
                    for (const auto& tag : withNone(tags)) {
                        for (const bool ofParent : {false, true}) {
                            Filter filter{state, service, method, std::nullopt, tag};
                            if (ofParent) filter.parent = all_.front().id;
                            compareAllPages(filter);
                            ++compared;
                        }
                    }
                }
            }
        }
        CPPUNIT_ASSERT_EQUAL(6 * 5 * 3 * 4 * 2, compared);
    }

    void servicesOfNoCatalogueAreListed() {
        table_->queued("zeta");
        Filter filter;
        filter.state = JobState::queued;
        CPPUNIT_ASSERT_EQUAL("1 "s, sequences(reader_->list(filter, 9, std::nullopt).jobs));
    }

    void servicesThatComeLaterAreListed() {
        Filter filter;
        filter.state = JobState::queued;
        CPPUNIT_ASSERT(reader_->list(filter, 9, std::nullopt).jobs.empty());
        table_->queued("beta");
        table_->queued("alpha");
        table_->queued("beta");
        CPPUNIT_ASSERT_EQUAL("3 2 1 "s, sequences(reader_->list(filter, 9, std::nullopt).jobs));
    }

    void filterForNothingIsAnEmptyPage() {
        table_->queued();
        Filter filter;
        filter.service = "nobody";
        CPPUNIT_ASSERT(reader_->list(filter, 9, std::nullopt).jobs.empty());
        filter = {};
        filter.parent = base::Id::generate(at(0));
        const Page page = reader_->list(filter, 9, std::nullopt);
        CPPUNIT_ASSERT(page.jobs.empty() && !page.next);
    }

    void stateAndServiceAreReadFromTheListsIndex() {
        fill(50);
        Filter filter;
        filter.state = JobState::failed;
        filter.service = "alpha";
        CPPUNIT_ASSERT(planOf(filter).find("USING COVERING INDEX jobs_list"
                                           " (state=? AND service=? AND sequence<?)") !=
                       std::string::npos);
        filter.service.clear();
        CPPUNIT_ASSERT(planOf(filter).find("INDEX jobs_list (state=? AND service=?") !=
                       std::string::npos);
        filter = {};
        filter.parent = base::Id::generate(at(0));
        CPPUNIT_ASSERT(planOf(filter).find("INDEX jobs_child (parent=?") != std::string::npos);
    }

    void readerSeesEachCommitAtOnce() {
        for (int i = 1; i <= 3; ++i) {
            table_->queued();
            CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(i),
                                 reader_->list({}, 9, std::nullopt).jobs.size());
        }
    }

private:
    static std::vector<std::string> withNone(std::vector<std::string> words) {
        words.insert(words.begin(), "");
        return words;
    }

    // Jobs of every kind, mixed by a die that falls the same way each time.
    void fill(int count) {
        std::minstd_rand dice(42);
        const auto roll = [&](std::size_t sides) { return dice() / 7 % sides; };
        table_->database.execute("BEGIN");
        for (int i = 0; i < count; ++i) {
            Job job = JobTable::make(services[roll(services.size())]);
            job.method = methods[roll(methods.size())];
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
            Page page = reader_->list(filter, 37, after);
            for (Job& job : page.jobs) {
                CPPUNIT_ASSERT(fits(job, filter));
                got.push_back(std::move(job));
            }
            after = page.next;
        } while (after);
        CPPUNIT_ASSERT_EQUAL(sequences(wanted), sequences(got));
    }

    // How SQLite goes about the list: the last statement that a reader of its own ran.
    std::string planOf(const Filter& filter) {
        static std::string ran;
        const auto watch = [](sqlite3* handle, const char**, const sqlite3_api_routines*) {
            return sqlite3_trace_v2(
                handle, SQLITE_TRACE_STMT,
                [](unsigned, void*, void* statement, void*) {
                    ran = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
                    return 0;
                },
                nullptr);
        };
        using Entry = void (*)();
        const auto entry = reinterpret_cast<Entry>(+watch);
        sqlite3_auto_extension(entry);
        JobReader(store_->path()).list(filter, 9, std::nullopt);
        sqlite3_cancel_auto_extension(entry);
        std::string steps;
        store::Statement plan(table_->database, "EXPLAIN QUERY PLAN " + ran);
        while (plan.step()) steps += plan.text(3) + '\n';
        return steps;
    }

    std::optional<TemporaryStore> store_;
    std::optional<JobTable> table_;
    std::optional<JobReader> reader_;
    std::vector<Job> all_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobReaderTest);
