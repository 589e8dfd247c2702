// SPDX-License-Identifier: Apache-2.0
#include "jobs/journal.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/job_table.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::string_literals;

namespace {

class Heard : public Watcher {
public:
    void changed(const std::vector<JobChange>& changes) noexcept override {
        for (const JobChange& change : changes) {
            text += std::to_string(change.number) + ':' + std::to_string(change.sequence) + ' ';
        }
    }
    std::string text;
};

}  // namespace

class JournalTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JournalTest);
    CPPUNIT_TEST(packedSequencesComeBack);
    CPPUNIT_TEST(whatIsDamagedDoesNotRunOn);
    CPPUNIT_TEST(everyChangeHasANumberOfItsOwn);
    CPPUNIT_TEST(whatChangesNothingHasNone);
    CPPUNIT_TEST(manyRowsOfOneStatementHaveEachItsOwn);
    CPPUNIT_TEST(aRollBackTakesBackNumbersAndCounts);
    CPPUNIT_TEST(watchersHearOfCommitsAlone);
    CPPUNIT_TEST(numbersGoOnAfterARestart);
    CPPUNIT_TEST(countsAreWhatCountingFinds);
    CPPUNIT_TEST(oldChangesAreForgotten);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { table_.emplace(); }
    void tearDown() override { table_.reset(); }

    void packedSequencesComeBack() {
        const std::vector<JobChange> changes{{4, 1}, {5, 2},  {6, 1}, {7, 10'000'000'000},
                                             {8, 3}, {9, 64}, {10, 1}};
        const auto back = unpackSequences(10, packSequences(changes));
        CPPUNIT_ASSERT_EQUAL(changes.size(), back.size());
        for (std::size_t i = 0; i < changes.size(); ++i) {
            CPPUNIT_ASSERT_EQUAL(changes[i].number, back[i].number);
            CPPUNIT_ASSERT_EQUAL(changes[i].sequence, back[i].sequence);
        }
        CPPUNIT_ASSERT(unpackSequences(7, "").empty());
    }

    void whatIsDamagedDoesNotRunOn() {
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), unpackSequences(1, "\xff").size());
        CPPUNIT_ASSERT(unpackSequences(1, std::string(100, '\xff')).size() < 100);
    }

    void everyChangeHasANumberOfItsOwn() {
        const Job job = table_->queued();
        CPPUNIT_ASSERT_EQUAL("1"s, changed(job));
        const auto settled = table_->claimed();
        CPPUNIT_ASSERT_EQUAL("2"s, changed(job));
        table_->jobs->note(settled.sequence, settled.claim, {at(1), false, {}, {}});
        CPPUNIT_ASSERT_EQUAL("3"s, changed(job));
        table_->jobs->requestCancel(job.id);
        CPPUNIT_ASSERT_EQUAL("4"s, changed(job));
        table_->jobs->cancelled(settled);
        CPPUNIT_ASSERT_EQUAL("5"s, changed(job));
        table_->jobs->retry(job.id, 2, at(3));
        CPPUNIT_ASSERT_EQUAL("6"s, changed(job));
        CPPUNIT_ASSERT_EQUAL("1:1 2:1 3:1 4:1 5:1 6:1 "s, commit());
    }

    void whatChangesNothingHasNone() {
        Job job;
        const auto settled = table_->running(job);
        commit();
        JobStore::Settled late = settled;
        late.claim = 7;
        CPPUNIT_ASSERT(!table_->jobs->succeed(late, "1"));
        CPPUNIT_ASSERT(!table_->jobs->cancel(job.id, at(1)));
        table_->jobs->note(settled.sequence, settled.claim, {{}, true, "boot", {}});
        table_->jobs->touch();
        CPPUNIT_ASSERT_EQUAL(""s, commit());
    }

    void manyRowsOfOneStatementHaveEachItsOwn() {
        for (int i = 0; i < 3; ++i) table_->queued();
        commit();
        table_->jobs->claim("alpha", at(0), 10);
        const std::string heard = commit();
        for (const char* each : {":1 ", ":2 ", ":3 "}) {
            CPPUNIT_ASSERT_MESSAGE(heard, heard.find(each) != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL("4 5 6"s, valueOf(table_->database,
                                               "SELECT group_concat(changed, ' ') FROM"
                                               " (SELECT changed FROM jobs ORDER BY changed)"));
    }

    void aRollBackTakesBackNumbersAndCounts() {
        table_->queued();
        commit();
        table_->database.execute("BEGIN");
        table_->queued();
        table_->database.execute("ROLLBACK");
        table_->journal.rolledBack();
        const Job job = table_->queued();
        CPPUNIT_ASSERT_EQUAL("2"s, changed(job));
        CPPUNIT_ASSERT_EQUAL("2:3 "s, commit());
        CPPUNIT_ASSERT_EQUAL("alpha 0 2"s, counts());
    }

    void watchersHearOfCommitsAlone() {
        Heard early;
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), table_->journal.watch(early));
        table_->queued();
        CPPUNIT_ASSERT_EQUAL(""s, early.text);
        commit();
        CPPUNIT_ASSERT_EQUAL("1:1 "s, early.text);
        Heard late;
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), table_->journal.watch(late));
        table_->journal.unwatch(early);
        table_->queued();
        commit();
        CPPUNIT_ASSERT_EQUAL("1:1 "s, early.text);
        CPPUNIT_ASSERT_EQUAL("2:2 "s, late.text);
        table_->journal.unwatch(late);
    }

    void numbersGoOnAfterARestart() {
        table_->queued();
        table_->queued();
        commit();
        Journal next(table_->database);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(3), next.nextNumber());
        Heard heard;
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), next.watch(heard));
    }

    void countsAreWhatCountingFinds() {
        for (int i = 0; i < 5; ++i) table_->queued("beta");
        Job job;
        table_->jobs->succeed(table_->running(job), "1");
        table_->jobs->fail(table_->running(job), {"E", "text"});
        table_->jobs->claim("beta", at(0), 2);
        commit();
        CPPUNIT_ASSERT_EQUAL("alpha 2 1, alpha 3 1, beta 0 3, beta 1 2"s, counts());
        table_->jobs->retry(job.id, 1, at(5));
        table_->jobs->forget(at(100), at(99), at(99), 0, 100);
        commit();
        CPPUNIT_ASSERT_EQUAL("alpha 0 1, beta 0 3, beta 1 2"s, counts());
        CPPUNIT_ASSERT_EQUAL(valueOf(table_->database,
                                     "SELECT group_concat(line, ', ') FROM (SELECT service || ' '"
                                     " || state || ' ' || count(*) AS line FROM jobs"
                                     " GROUP BY service, state ORDER BY service, state)"),
                             counts());
    }

    void oldChangesAreForgotten() {
        table_->database.execute("INSERT INTO changes VALUES (5, x'02'), (3000000, x'02')");
        Journal next(table_->database);
        JobStore store(table_->database, next, table_->boot);
        Job job = JobTable::make();
        store.submit(job);
        next.beforeCommit();
        CPPUNIT_ASSERT_EQUAL(
            "3000000 3000001"s,
            valueOf(table_->database, "SELECT group_concat(last, ' ') FROM changes"));
    }

private:
    std::string changed(const Job& job) { return table_->column(job.sequence, "changed"); }

    // What watchers hear of the commit.
    std::string commit() {
        Heard heard;
        table_->journal.watch(heard);
        table_->journal.beforeCommit();
        table_->journal.committed();
        table_->journal.unwatch(heard);
        return heard.text;
    }

    std::string counts() {
        return valueOf(table_->database,
                       "SELECT group_concat(service || ' ' || state || ' ' || count, ', ')"
                       " FROM job_counts WHERE count <> 0");
    }

    std::optional<JobTable> table_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(JournalTest);
