// SPDX-License-Identifier: Apache-2.0
// JobStore::forget: what retention deletes, and what it must never.
#include <cppunit/extensions/HelperMacros.h>

#include "jobs/job_table.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::string_literals;

class ForgetTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ForgetTest);
    CPPUNIT_TEST(finishedJobsGoWhenTheirTimeIsOver);
    CPPUNIT_TEST(failedJobsGoByATimeOfTheirOwn);
    CPPUNIT_TEST(unfinishedJobsStayForEver);
    CPPUNIT_TEST(parentOfAnUnfinishedChildStays);
    CPPUNIT_TEST(parentGoesOnceItsChildrenAreFinished);
    CPPUNIT_TEST(batchesGoOnWhereTheLastEnded);
    CPPUNIT_TEST(passEndsWhereNoneIsOld);
    CPPUNIT_TEST(oldJobsBehindYoungOnesAreStillSeen);
    CPPUNIT_TEST(emptyTableHasNothingToForget);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { table_.emplace(); }
    void tearDown() override { table_.reset(); }

    void finishedJobsGoWhenTheirTimeIsOver() {
        const Job succeeded = finished("succeeded", 10);
        const Job cancelled = finished("cancelled", 10);
        forget(10, 10);
        CPPUNIT_ASSERT_EQUAL("1 2"s, left());
        forget(10.5, 0);
        CPPUNIT_ASSERT_EQUAL(""s, left());
    }

    void failedJobsGoByATimeOfTheirOwn() {
        finished("failed", 10);
        finished("succeeded", 10);
        forget(11, 10);
        CPPUNIT_ASSERT_EQUAL("1"s, left());
        forget(11, 11);
        CPPUNIT_ASSERT_EQUAL(""s, left());
        finished("failed", 10);
        finished("succeeded", 10);
        forget(10, 11);
        CPPUNIT_ASSERT_EQUAL("4"s, left());
    }

    void unfinishedJobsStayForEver() {
        table_->queued();
        Job running;
        table_->running(running);
        forget(1e6, 1e6);
        CPPUNIT_ASSERT_EQUAL("1 2"s, left());
    }

    void parentOfAnUnfinishedChildStays() {
        for (const auto* state : {"succeeded", "failed", "cancelled"}) {
            const Job parent = finished(state, 1);
            Job child = JobTable::make();
            child.parent = parent.id;
            table_->jobs->submit(child);
        }
        forget(1e6, 1e6);
        CPPUNIT_ASSERT_EQUAL("1 2 3 4 5 6"s, left());
        table_->jobs->claim("alpha", at(0), 9);  // a running child spares its parent too
        forget(1e6, 1e6);
        CPPUNIT_ASSERT_EQUAL("1 2 3 4 5 6"s, left());
    }

    void parentGoesOnceItsChildrenAreFinished() {
        const Job parent = finished("succeeded", 1);
        Job child = JobTable::make();
        child.parent = parent.id;
        table_->jobs->submit(child);
        table_->jobs->cancel(child.id, at(20));
        forget(10, 10);
        CPPUNIT_ASSERT_EQUAL("2"s, left());
    }

    void batchesGoOnWhereTheLastEnded() {
        for (int i = 0; i < 5; ++i) finished("succeeded", 1);
        auto next = table_->jobs->forget(at(10), at(10), at(10), 0, 2);
        CPPUNIT_ASSERT_EQUAL("3 4 5"s, left());
        CPPUNIT_ASSERT(next);
        next = table_->jobs->forget(at(10), at(10), at(10), *next, 2);
        CPPUNIT_ASSERT_EQUAL("5"s, left());
        next = table_->jobs->forget(at(10), at(10), at(10), *next, 2);
        CPPUNIT_ASSERT_EQUAL(""s, left());
        CPPUNIT_ASSERT(!next);
    }

    // Millions may lie behind: they are not read, for they came later.
    void passEndsWhereNoneIsOld() {
        finished("succeeded", 1);
        for (int i = 0; i < 6; ++i) {
            const Job young = finished("succeeded", 1);
            table_->set(young.sequence, "created_at = created_at + 20000000");
        }
        auto next = table_->jobs->forget(at(10), at(10), at(10), 0, 3);
        CPPUNIT_ASSERT(next);
        CPPUNIT_ASSERT(!table_->jobs->forget(at(10), at(10), at(10), *next, 3));
    }

    // The machine's clock was wrong for a while.
    void oldJobsBehindYoungOnesAreStillSeen() {
        const Job odd = finished("succeeded", 20);
        table_->set(odd.sequence, "created_at = created_at + 20000000");
        for (int i = 0; i < 3; ++i) finished("succeeded", 1);
        forget(10, 10);
        CPPUNIT_ASSERT_EQUAL("1"s, left());
    }

    void emptyTableHasNothingToForget() {
        CPPUNIT_ASSERT(!table_->jobs->forget(at(10), at(10), at(10), 0, 100));
    }

private:
    Job finished(const std::string& state, double finishedAt) {
        Job job = JobTable::make();
        if (state == "cancelled") {
            table_->jobs->submit(job);
            table_->jobs->cancel(job.id, at(finishedAt));
            return job;
        }
        table_->jobs->submitAndClaim(job);
        const JobStore::Settled settled{job.sequence, 1, at(0), at(finishedAt)};
        if (state == "succeeded") table_->jobs->succeed(settled, "1");
        if (state == "failed") table_->jobs->fail(settled, {"E", "e"});
        return job;
    }

    void forget(double before, double beforeFailed) {
        table_->jobs->forget(at(1000), at(before), at(beforeFailed), 0, 100);
    }

    std::string left() {
        return valueOf(table_->database,
                       "SELECT coalesce(group_concat(sequence, ' '), '')"
                       " FROM (SELECT sequence FROM jobs ORDER BY sequence)");
    }

    std::optional<JobTable> table_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ForgetTest);
