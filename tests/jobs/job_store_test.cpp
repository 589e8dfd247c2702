// SPDX-License-Identifier: Apache-2.0
#include "jobs/job_store.h"

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/job_table.h"
#include "store/store_error.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::string_literals;

// Every arrow from its right state; the wrong ones are in job_store_guards_test.cpp.
class JobStoreTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobStoreTest);
    CPPUNIT_TEST(submitQueues);
    CPPUNIT_TEST(submitKeepsAllThatIsSaid);
    CPPUNIT_TEST(submitAndClaimRuns);
    CPPUNIT_TEST(sameIdIsStoredOnce);
    CPPUNIT_TEST(claimTakesTheLongestDueFirst);
    CPPUNIT_TEST(claimTakesAtMostWhatIsAsked);
    CPPUNIT_TEST(claimLeavesWhatIsNotDueOrExpiredOrAnothersOrSuspect);
    CPPUNIT_TEST(claimTellsAllThatIsNeededToRun);
    CPPUNIT_TEST(claimSuspectTakesTheLongestDueOfAnyService);
    CPPUNIT_TEST(claimSuspectTakesTheOneLeastUnderSuspicionFirst);
    CPPUNIT_TEST(onlySuspectsWithThatManyLoneCrashesArePutOff);
    CPPUNIT_TEST(noteChangesNoState);
    CPPUNIT_TEST(succeedKeepsTheResult);
    CPPUNIT_TEST(succeedForgetsTheErrorOfAnEarlierAttempt);
    CPPUNIT_TEST(failKeepsTheError);
    CPPUNIT_TEST(retryLaterUsesTheAttempt);
    CPPUNIT_TEST(retryLaterMaySpareTheAttempt);
    CPPUNIT_TEST(undeliveredUsesNoAttempt);
    CPPUNIT_TEST(lostCountsTheCrashAndNoAttempt);
    CPPUNIT_TEST(cancelledEndsARunningJob);
    CPPUNIT_TEST(expireEndsAQueuedJob);
    CPPUNIT_TEST(cancelEndsAQueuedJob);
    CPPUNIT_TEST(requestCancelLeavesItRunning);
    CPPUNIT_TEST(retryByAPersonStartsAfresh);
    CPPUNIT_TEST(retryKeepsAnExpiryToCome);
    CPPUNIT_TEST(retryOfACancelledJobQueuesIt);
    CPPUNIT_TEST(attemptsAreCountedOverAWholeLife);
    CPPUNIT_TEST(jobsOfEarlierBootsAreQueuedAgain);
    CPPUNIT_TEST(touchWritesATrifle);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { table_.emplace(); }
    void tearDown() override { table_.reset(); }

    void submitQueues() {
        const Job job = table_->queued();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, job.sequence);
        CPPUNIT_ASSERT(job.state == JobState::queued);
        CPPUNIT_ASSERT_EQUAL("queued 0/3 claim 0"s, brief(job));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, table_->queued().sequence);
    }

    void submitKeepsAllThatIsSaid() {
        Job job = JobTable::make("beta", 5);
        job.arguments = {R"(["\u00e9"])", R"({"n":12345678901234567890})"};
        job.expiresAt = at(10);
        job.parent = base::Id::generate(at(0));
        job.tags = {"a \"quoted\" one", "b"};
        jobs().submit(job);
        CPPUNIT_ASSERT_EQUAL(
            R"(beta work ["\u00e9"] {"n":12345678901234567890})"s,
            column(job, "service || ' ' || method || ' ' || args || ' ' || kwargs"));
        CPPUNIT_ASSERT_EQUAL(R"(["a \"quoted\" one","b"])"s, column(job, "tags"));
        CPPUNIT_ASSERT_EQUAL("60000 5000000 10000000"s,
                             column(job,
                                    "timeout_ms || ' ' || (run_at - created_at) || ' ' ||"
                                    " (expires_at - created_at)"));
        CPPUNIT_ASSERT(job.parent == [&] {
            store::Statement row(table_->database, "SELECT parent FROM jobs");
            row.step();
            return row.id(0);
        }());
    }

    void submitAndClaimRuns() {
        Job job;
        table_->running(job);
        CPPUNIT_ASSERT(job.state == JobState::running);
        CPPUNIT_ASSERT_EQUAL(1, job.attempt);
        CPPUNIT_ASSERT_EQUAL("running 1/3 claim 1"s, brief(job));
        CPPUNIT_ASSERT_EQUAL(std::to_string(table_->boot), column(job, "boot"));
    }

    void sameIdIsStoredOnce() {
        Job job = table_->queued();
        CPPUNIT_ASSERT_THROW(jobs().submit(job), store::StoreError);
    }

    void claimTakesTheLongestDueFirst() {
        const std::int64_t later = table_->queued("alpha", 2).sequence;
        const std::int64_t first = table_->queued("alpha", 1).sequence;
        const std::int64_t second = table_->queued("alpha", 1).sequence;
        const auto claimed = jobs().claim("alpha", at(2), 10);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, claimed.size());
        CPPUNIT_ASSERT_EQUAL(first, claimed[0].sequence);
        CPPUNIT_ASSERT_EQUAL(second, claimed[1].sequence);
        CPPUNIT_ASSERT_EQUAL(later, claimed[2].sequence);
        CPPUNIT_ASSERT_EQUAL("running 1/3 claim 1"s, table_->brief(first));
    }

    void claimTakesAtMostWhatIsAsked() {
        for (int i = 0; i < 5; ++i) table_->queued();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, jobs().claim("alpha", at(0), 0).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, jobs().claim("alpha", at(0), 2).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, jobs().claim("alpha", at(0), 9).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, jobs().claim("alpha", at(0), 9).size());
    }

    void claimLeavesWhatIsNotDueOrExpiredOrAnothersOrSuspect() {
        table_->queued("alpha", 1.5);
        table_->queued("beta");
        table_->set(table_->queued().sequence, "expires_at = " + time(1));
        table_->set(table_->queued().sequence, "crashes = 1");
        CPPUNIT_ASSERT(jobs().claim("alpha", at(1), 9).empty());
        table_->set(3, "expires_at = " + time(1) + " + 1");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, jobs().claim("alpha", at(1), 9).size());
    }

    void claimTellsAllThatIsNeededToRun() {
        const Job job = table_->queued("alpha", 1);
        table_->set(job.sequence, "attempt = 1, claim = 4");
        const ClaimedJob claimed = jobs().claim("alpha", at(1), 1).at(0);
        CPPUNIT_ASSERT(claimed.id == job.id);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, claimed.claim);
        CPPUNIT_ASSERT_EQUAL(2, claimed.attempt);
        CPPUNIT_ASSERT_EQUAL(3, claimed.maxAttempts);
        CPPUNIT_ASSERT_EQUAL(0, claimed.crashes);
        CPPUNIT_ASSERT_EQUAL("alpha.work"s, claimed.service + '.' + claimed.method);
        CPPUNIT_ASSERT(claimed.arguments == job.arguments);
        CPPUNIT_ASSERT(claimed.timeout == job.timeout);
        CPPUNIT_ASSERT(claimed.createdAt == at(0));
        CPPUNIT_ASSERT(claimed.runAt == at(1));
        CPPUNIT_ASSERT(!claimed.counted());
    }

    void claimSuspectTakesTheLongestDueOfAnyService() {
        table_->queued();
        table_->set(table_->queued("alpha", 2).sequence, "crashes = 1");
        table_->set(table_->queued("beta", 1).sequence, "crashes = 2");
        table_->set(table_->queued("beta", 0).sequence, "crashes = 1, expires_at = " + time(0));
        CPPUNIT_ASSERT(!jobs().claimSuspect(at(0)));
        const auto first = jobs().claimSuspect(at(2));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, first->sequence);
        CPPUNIT_ASSERT_EQUAL(2, first->crashes);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, jobs().claimSuspect(at(2))->sequence);
        CPPUNIT_ASSERT(!jobs().claimSuspect(at(2)));
    }

    void noteChangesNoState() {
        Job job;
        table_->running(job);
        jobs().note(job.sequence, 1, {at(3), false, {}, {}});
        CPPUNIT_ASSERT_EQUAL(time(3), column(job, "started_at"));
        CPPUNIT_ASSERT_EQUAL("running 1/3 claim 1"s, brief(job));
    }

    void succeedKeepsTheResult() {
        Job job;
        CPPUNIT_ASSERT(jobs().succeed(table_->running(job), "40"));
        CPPUNIT_ASSERT_EQUAL("succeeded 1/3 claim 1"s, brief(job));
        CPPUNIT_ASSERT_EQUAL("40 "s + time(1) + ' ' + time(2),
                             column(job, "result || ' ' || started_at || ' ' || finished_at"));
        CPPUNIT_ASSERT_EQUAL(""s, column(job, "boot"));
    }

    void succeedForgetsTheErrorOfAnEarlierAttempt() {
        Job job;
        jobs().retryLater(table_->running(job), {"Timeout", "slow"}, at(5), true);
        CPPUNIT_ASSERT(jobs().succeed(table_->claimed("alpha", 5), "null"));
        CPPUNIT_ASSERT_EQUAL(""s, column(job, "error_type"));
        CPPUNIT_ASSERT_EQUAL(""s, column(job, "error_message"));
    }

    void failKeepsTheError() {
        Job job;
        CPPUNIT_ASSERT(jobs().fail(table_->running(job), {"KeyError", "'pow'"}));
        CPPUNIT_ASSERT_EQUAL("failed 1/3 claim 1"s, brief(job));
        CPPUNIT_ASSERT_EQUAL("KeyError: 'pow'"s,
                             column(job, "error_type || ': ' || error_message"));
        CPPUNIT_ASSERT_EQUAL(time(2), column(job, "finished_at"));
        JobStore::Settled neverBegan = table_->running(job);
        neverBegan.startedAt.reset();
        CPPUNIT_ASSERT(jobs().fail(neverBegan, {"", ""}));
        CPPUNIT_ASSERT_EQUAL("-"s, column(job, "coalesce(started_at, '-')"));
    }

    void retryLaterUsesTheAttempt() {
        Job job;
        CPPUNIT_ASSERT(jobs().retryLater(table_->running(job), {"TryAgain", "busy"}, at(7), true));
        CPPUNIT_ASSERT_EQUAL("queued 1/3 claim 1"s, brief(job));
        CPPUNIT_ASSERT_EQUAL("TryAgain busy " + time(7),
                             column(job, "error_type || ' ' || error_message || ' ' || run_at"));
        CPPUNIT_ASSERT_EQUAL("-"s, column(job, "coalesce(started_at, '-')"));
        table_->claimed("alpha", 7);
        CPPUNIT_ASSERT_EQUAL("running 2/3 claim 2"s, brief(job));
    }

    void retryLaterMaySpareTheAttempt() {
        Job job;
        CPPUNIT_ASSERT(jobs().retryLater(table_->running(job), {"TryAgain", "away"}, at(0), false));
        CPPUNIT_ASSERT_EQUAL("queued 0/3 claim 1"s, brief(job));
        table_->claimed();
        CPPUNIT_ASSERT_EQUAL("running 1/3 claim 2"s, brief(job));
    }

    void claimSuspectTakesTheOneLeastUnderSuspicionFirst() {
        const Job often = table_->queued("alpha", 0);
        const Job once = table_->queued("beta", 1);
        const Job never = table_->queued("alpha", 2);
        table_->set(often.sequence, "crashes = 2, lone_crashes = 2");
        table_->set(once.sequence, "crashes = 5, lone_crashes = 1");
        table_->set(never.sequence, "crashes = 1");
        CPPUNIT_ASSERT_EQUAL(once.sequence, jobs().claimSuspect(at(1))->sequence);
        CPPUNIT_ASSERT_EQUAL(never.sequence, jobs().claimSuspect(at(2))->sequence);
        CPPUNIT_ASSERT_EQUAL(often.sequence, jobs().claimSuspect(at(2))->sequence);
    }

    void onlySuspectsWithThatManyLoneCrashesArePutOff() {
        const Job often = table_->queued();
        const Job later = table_->queued("alpha", 9);
        const Job once = table_->queued();
        const Job never = table_->queued();
        Job running;
        table_->running(running);
        for (const Job& job : {often, later, running}) {
            table_->set(job.sequence, "crashes = 2, lone_crashes = 2");
        }
        table_->set(once.sequence, "crashes = 2, lone_crashes = 1");
        jobs().putOffSuspects(2, at(5));
        CPPUNIT_ASSERT_EQUAL(time(5), column(often, "run_at"));
        CPPUNIT_ASSERT_EQUAL(time(9), column(later, "run_at"));
        for (const Job& job : {once, never, running}) {
            CPPUNIT_ASSERT_EQUAL(time(0), column(job, "run_at"));
        }
    }

    void undeliveredUsesNoAttempt() {
        Job job;
        CPPUNIT_ASSERT(jobs().undelivered(table_->running(job), at(4)));
        CPPUNIT_ASSERT_EQUAL("queued 0/3 claim 1"s, brief(job));
        CPPUNIT_ASSERT_EQUAL(time(4), column(job, "run_at"));
        CPPUNIT_ASSERT_EQUAL("0"s, column(job, "crashes"));
    }

    void lostCountsTheCrashAndNoAttempt() {
        Job job;
        CPPUNIT_ASSERT(jobs().lost(table_->running(job), false));
        CPPUNIT_ASSERT_EQUAL("queued 0/3 claim 1"s, brief(job));
        CPPUNIT_ASSERT_EQUAL("1 0"s, column(job, "crashes || ' ' || lone_crashes"));
        const ClaimedJob again = *jobs().claimSuspect(at(0));
        CPPUNIT_ASSERT(jobs().lost({again.sequence, again.claim, {}, at(3)}, true));
        CPPUNIT_ASSERT_EQUAL("queued 0/3 claim 2"s, brief(job));
        CPPUNIT_ASSERT_EQUAL("2 1"s, column(job, "crashes || ' ' || lone_crashes"));
    }

    void cancelledEndsARunningJob() {
        Job job;
        const auto settled = table_->running(job);
        jobs().requestCancel(job.id);
        CPPUNIT_ASSERT(jobs().cancelled(settled));
        CPPUNIT_ASSERT_EQUAL("cancelled 1/3 claim 1"s, brief(job));
        CPPUNIT_ASSERT_EQUAL(time(1) + ' ' + time(2),
                             column(job, "started_at || ' ' || finished_at"));
    }

    void expireEndsAQueuedJob() {
        const Job job = table_->queued();
        table_->set(job.sequence, "expires_at = " + time(5));
        CPPUNIT_ASSERT(!jobs().expire(job.sequence, {"Expired", "late"}, at(4.5)));
        CPPUNIT_ASSERT(jobs().expire(job.sequence, {"Expired", "late"}, at(5)));
        CPPUNIT_ASSERT_EQUAL("failed 0/3 claim 0"s, brief(job));
        CPPUNIT_ASSERT_EQUAL(
            "Expired late " + time(5),
            column(job, "error_type || ' ' || error_message || ' ' || finished_at"));
    }

    void cancelEndsAQueuedJob() {
        const Job job = table_->queued();
        CPPUNIT_ASSERT(jobs().cancel(job.id, at(3)));
        CPPUNIT_ASSERT_EQUAL("cancelled 0/3 claim 0"s, brief(job));
        CPPUNIT_ASSERT_EQUAL(time(3), column(job, "finished_at"));
    }

    void requestCancelLeavesItRunning() {
        Job job;
        table_->running(job);
        CPPUNIT_ASSERT(jobs().requestCancel(job.id));
        CPPUNIT_ASSERT(jobs().requestCancel(job.id));
        CPPUNIT_ASSERT_EQUAL("running 1/3 claim 1"s, brief(job));
        CPPUNIT_ASSERT_EQUAL("1"s, column(job, "cancel_requested"));
    }

    void retryByAPersonStartsAfresh() {
        Job job;
        const auto settled = table_->running(job);
        table_->set(job.sequence,
                    "crashes = 2, lone_crashes = 1, cancel_requested = 1, attempt = 3,"
                    " claim = 8, expires_at = " +
                        time(9));
        jobs().fail({settled.sequence, 8, at(1), at(2)}, {"Timeout", "slow"});
        CPPUNIT_ASSERT(jobs().retry(job.id, 5, at(9)));
        CPPUNIT_ASSERT_EQUAL("queued 3/8 claim 8"s, brief(job));
        CPPUNIT_ASSERT_EQUAL("0 0 0 " + time(9), column(job,
                                                        "crashes || ' ' || lone_crashes || ' ' ||"
                                                        " cancel_requested || ' ' || run_at"));
        CPPUNIT_ASSERT_EQUAL("-"s, column(job,
                                          "coalesce(started_at, finished_at, expires_at,"
                                          " result, error_type, error_message, boot, '-')"));
    }

    void retryKeepsAnExpiryToCome() {
        Job job;
        jobs().fail(table_->running(job), {"Timeout", "slow"});
        table_->set(job.sequence, "expires_at = " + time(9) + " + 1");
        CPPUNIT_ASSERT(jobs().retry(job.id, 5, at(9)));
        CPPUNIT_ASSERT_EQUAL(std::to_string(at(9).time_since_epoch().count() + 1),
                             column(job, "expires_at"));
    }

    void retryOfACancelledJobQueuesIt() {
        const Job job = table_->queued();
        jobs().cancel(job.id, at(1));
        CPPUNIT_ASSERT(jobs().retry(job.id, 2, at(2)));
        CPPUNIT_ASSERT_EQUAL("queued 0/2 claim 0"s, brief(job));
    }

    void attemptsAreCountedOverAWholeLife() {
        Job job;
        jobs().undelivered(table_->running(job), at(0));
        jobs().retryLater(table_->claimed(), {"a", ""}, at(0), true);
        jobs().retryLater(table_->claimed(), {"b", ""}, at(0), false);
        jobs().lost(table_->claimed(), false);
        const auto suspect = jobs().claimSuspect(at(0));
        CPPUNIT_ASSERT_EQUAL("running 2/3 claim 5"s, brief(job));
        jobs().retryLater({suspect->sequence, 5, {}, at(0)}, {"c", ""}, at(0), true);
        jobs().claimSuspect(at(0));
        CPPUNIT_ASSERT_EQUAL("running 3/3 claim 6"s, brief(job));
    }

    void jobsOfEarlierBootsAreQueuedAgain() {
        Job lost;
        Job wanted;
        Job unwanted;
        table_->running(lost);
        table_->running(unwanted);
        jobs().requestCancel(unwanted.id);
        const Job waiting = table_->queued();
        table_->reboot();
        table_->running(wanted);
        CPPUNIT_ASSERT_EQUAL(2, jobs().undeliveredOfEarlierBoots(at(8), {}).count);
        CPPUNIT_ASSERT_EQUAL("queued 0/3 claim 1"s, brief(lost));
        CPPUNIT_ASSERT_EQUAL("cancelled 1/3 claim 1"s, brief(unwanted));
        CPPUNIT_ASSERT_EQUAL(time(8), column(unwanted, "finished_at"));
        CPPUNIT_ASSERT_EQUAL("running 1/3 claim 1"s, brief(wanted));
        CPPUNIT_ASSERT_EQUAL("queued 0/3 claim 0"s, brief(waiting));
    }

    void touchWritesATrifle() {
        table_->queued();
        const std::string before = table_->dump();
        std::string times;
        for (int i = 0; i < 4; ++i) {
            jobs().touch();
            times += valueOf(table_->database, "SELECT started_at FROM boots") + ' ';
        }
        CPPUNIT_ASSERT_EQUAL("0 1 0 1 "s, times);  // it was 1
        CPPUNIT_ASSERT_EQUAL(before, table_->dump());
    }

private:
    JobStore& jobs() { return *table_->jobs; }
    std::string brief(const Job& job) { return table_->brief(job.sequence); }
    std::string column(const Job& job, const std::string& expression) {
        return table_->column(job.sequence, expression);
    }
    static std::string time(double seconds) {
        return std::to_string(at(seconds).time_since_epoch().count());
    }

    std::optional<JobTable> table_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobStoreTest);
