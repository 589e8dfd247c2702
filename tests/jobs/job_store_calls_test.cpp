// SPDX-License-Identifier: Apache-2.0
// What JobStore keeps of a running job's call, and what it finds of earlier runs.
#include <cppunit/extensions/HelperMacros.h>

#include "jobs/job_table.h"
#include "store/schema_one.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::string_literals;

class JobStoreCallsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobStoreCallsTest);
    CPPUNIT_TEST(noteChangesOnlyWhatIsKnown);
    CPPUNIT_TEST(claimForgetsTheCallBefore);
    CPPUNIT_TEST(retryByAPersonForgetsTheProgress);
    CPPUNIT_TEST(aDeletedJobsSequenceIsNotGivenAgain);
    CPPUNIT_TEST(existsKnowsEveryState);
    CPPUNIT_TEST(runningJobsOfEarlierBootsAreFoundAsTheyAre);
    CPPUNIT_TEST(onlyTheSameWayLeadsToACall);
    CPPUNIT_TEST(databaseOfTheFirstVersionGoesOn);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { table_.emplace(); }
    void tearDown() override { table_.reset(); }

    void noteChangesOnlyWhatIsKnown() {
        Job job;
        table_->running(job);
        CPPUNIT_ASSERT_EQUAL("- 0 - -"s, noted(job));
        jobs().note(job.sequence, 1, {{}, true, "", ""});
        CPPUNIT_ASSERT_EQUAL("- 1 - -"s, noted(job));
        jobs().note(job.sequence, 1, {at(1), false, "w", "{}"});
        const std::string all = std::to_string(at(1).time_since_epoch().count()) + " 1 w {}";
        CPPUNIT_ASSERT_EQUAL(all, noted(job));
        jobs().note(job.sequence, 1, {{}, false, "", ""});
        CPPUNIT_ASSERT_EQUAL(all, noted(job));
    }

    void claimForgetsTheCallBefore() {
        Job job;
        const auto settled = table_->running(job);
        jobs().note(job.sequence, 1, {at(1), true, "w", "{}"});
        jobs().undelivered(settled, at(0));
        jobs().claim("alpha", at(0), 1);
        CPPUNIT_ASSERT_EQUAL("- 0 - -"s, noted(job));
        jobs().note(job.sequence, 2, {at(1), true, "w", "{}"});
        jobs().lost({job.sequence, 2, {}, at(2)}, false);
        jobs().claimSuspect(at(0));
        CPPUNIT_ASSERT_EQUAL("- 0 - -"s, noted(job));
    }

    void retryByAPersonForgetsTheProgress() {
        Job job;
        const auto settled = table_->running(job);
        jobs().note(job.sequence, 1, {{}, false, "", "{}"});
        jobs().fail(settled, {"E", "e"});
        CPPUNIT_ASSERT_EQUAL("{}"s, table_->column(job.sequence, "progress"));
        jobs().retry(job.id, 1, at(3));
        CPPUNIT_ASSERT_EQUAL("-"s, table_->column(job.sequence, "ifnull(progress, '-')"));
    }

    // Whoever still holds the old claim would settle another's job.
    void aDeletedJobsSequenceIsNotGivenAgain() {
        Job job;
        const auto late = table_->running(job);
        jobs().fail(late, {"Timeout", "it hangs"});
        CPPUNIT_ASSERT(jobs().erase(job.sequence));
        Job next;
        table_->running(next);
        CPPUNIT_ASSERT(next.sequence > job.sequence);
        CPPUNIT_ASSERT(!jobs().succeed(late, "1"));
        CPPUNIT_ASSERT_EQUAL("running 1/3 claim 1"s, table_->brief(next.sequence));
    }

    void existsKnowsEveryState() {
        const Job queued = table_->queued();
        Job done;
        jobs().succeed(table_->running(done), "1");
        CPPUNIT_ASSERT(jobs().exists(queued.id) && jobs().exists(done.id));
        CPPUNIT_ASSERT(jobs().exists(queued.id));  // and again
        CPPUNIT_ASSERT(!jobs().exists(base::Id::generate(at(9))));
    }

    void runningJobsOfEarlierBootsAreFoundAsTheyAre() {
        bootOf("amqp", "here");
        Job first = JobTable::make("beta", 3);
        first.expiresAt = at(99);
        jobs().submitAndClaim(first);
        jobs().note(first.sequence, 1, {at(4), true, "w", "{}"});
        Job second;
        table_->running(second);
        jobs().requestCancel(second.id);
        table_->queued();
        bootOf("amqp", "here");
        Job own;
        table_->running(own);
        CPPUNIT_ASSERT_EQUAL(0, jobs().undeliveredOfEarlierBoots(at(8), {"amqp", "here"}).count);
        const std::vector<RunningJob> found = jobs().runningOfEarlierBoots();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, found.size());
        const RunningJob& one = found[0];
        CPPUNIT_ASSERT(one.job.id == first.id && one.job.sequence == first.sequence);
        CPPUNIT_ASSERT_EQUAL("beta.work"s, one.job.service + '.' + one.job.method);
        CPPUNIT_ASSERT(one.job.arguments == first.arguments);
        CPPUNIT_ASSERT(one.job.claim == 1 && one.job.attempt == 1 && one.job.maxAttempts == 3);
        CPPUNIT_ASSERT(one.job.timeout == first.timeout);
        CPPUNIT_ASSERT(one.job.runAt == at(3) && one.job.expiresAt == at(99));
        CPPUNIT_ASSERT(one.note.startedAt == at(4) && one.note.sent && one.note.worker == "w");
        CPPUNIT_ASSERT(!one.cancelRequested);
        CPPUNIT_ASSERT(found[1].job.id == second.id && found[1].cancelRequested);
        CPPUNIT_ASSERT(!found[1].note.sent && found[1].note.worker.empty());
        CPPUNIT_ASSERT(!found[1].note.startedAt && !found[1].job.expiresAt);
    }

    void onlyTheSameWayLeadsToACall() {
        const JobStore::Way ways[] = {
            {"amqp", "here"}, {"amqp", "there"}, {"pigeon", "here"}, {"inproc", ""}};
        std::vector<Job> jobs(std::size(ways));
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            bootOf(ways[i].transport, ways[i].broker);
            table_->running(jobs[i]);
        }
        bootOf("amqp", "here");
        CPPUNIT_ASSERT_EQUAL(3, this->jobs().undeliveredOfEarlierBoots(at(8), ways[0]).count);
        CPPUNIT_ASSERT_EQUAL("running 1/3 claim 1"s, table_->brief(jobs[0].sequence));
        for (std::size_t i = 1; i < jobs.size(); ++i) {
            CPPUNIT_ASSERT_EQUAL("queued 0/3 claim 1"s, table_->brief(jobs[i].sequence));
        }
        bootOf("inproc", "");
        CPPUNIT_ASSERT_EQUAL(1, this->jobs().undeliveredOfEarlierBoots(at(8), {}).count);
        CPPUNIT_ASSERT(this->jobs().runningOfEarlierBoots().empty());
    }

    // Its running jobs were those of a process that is gone.
    void databaseOfTheFirstVersionGoesOn() {
        const TemporaryStore files;
        {
            store::Database old(files.path(), store::Database::Role::writer);
            old.execute(schemaOne);
            old.execute(
                "INSERT INTO boots (id, transport, broker, started_at)"
                " VALUES (randomblob(16), 'inproc', '', 1);"
                "INSERT INTO jobs (id, service, method, args, kwargs, state, attempt, max_attempts,"
                " claim, boot, timeout_ms, created_at, run_at) VALUES (randomblob(16), 'alpha',"
                " 'work', '[]', '{}', 1, 1, 3, 1, 1, 1000, 1, 1)");
        }
        JobTable table(files.path());
        CPPUNIT_ASSERT_EQUAL(1,
                             table.jobs->undeliveredOfEarlierBoots(at(8), {"amqp", "here"}).count);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, table.jobs->claim("alpha", at(9), 9).size());
        CPPUNIT_ASSERT_EQUAL("running 1/3 claim 2"s, table.brief(1));
    }

private:
    JobStore& jobs() { return *table_->jobs; }

    // From here on claims are those of another run, which goes that way.
    void bootOf(const std::string& transport, const std::string& broker) {
        table_->reboot();
        table_->database.execute("UPDATE boots SET transport = '" + transport + "', broker = '" +
                                 broker + "' WHERE number = " + std::to_string(table_->boot));
    }

    // "started_at sent worker progress"
    std::string noted(const Job& job) {
        return table_->column(job.sequence,
                              "ifnull(started_at, '-') || ' ' || sent || ' ' ||"
                              " ifnull(worker, '-') || ' ' || ifnull(progress, '-')");
    }

    std::optional<JobTable> table_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobStoreCallsTest);
