// SPDX-License-Identifier: Apache-2.0
// The guards of job_store.h: an arrow from any state but its own, or of an older claim, changes no
// column of any row.
#include <functional>
#include <map>

#include <cppunit/extensions/HelperMacros.h>

#include "jobs/job_table.h"

using namespace errand;
using namespace errand::jobs;
using namespace errand::tests;
using namespace std::string_literals;

namespace {

using Settled = JobStore::Settled;
using Arrow = std::function<bool(JobStore&, const Settled&, const Job&)>;

// The arrows out of `running`.
const std::map<std::string, Arrow> fromRunning{
    {"succeed", [](auto& jobs, auto& settled, auto&) { return jobs.succeed(settled, "1"); }},
    {"fail",
     [](auto& jobs, auto& settled, auto&) {
         return jobs.fail(settled, {"E", "e"});
     }},
    {"retryLater",
     [](auto& jobs, auto& settled, auto&) {
         return jobs.retryLater(settled, {"E", "e"}, at(9), true);
     }},
    {"retryLater, attempt spared",
     [](auto& jobs, auto& settled, auto&) {
         return jobs.retryLater(settled, {"E", "e"}, at(9), false);
     }},
    {"undelivered",
     [](auto& jobs, auto& settled, auto&) { return jobs.undelivered(settled, at(9)); }},
    {"lost", [](auto& jobs, auto& settled, auto&) { return jobs.lost(settled, true); }},
    {"cancelled", [](auto& jobs, auto& settled, auto&) { return jobs.cancelled(settled); }},
    {"note",
     [](auto& jobs, auto& settled, auto&) {
         jobs.note(settled.sequence, settled.claim, {at(9), false, {}, {}});
         return false;
     }},
};

// The arrows that go by no claim, with the states they may start from.
const std::map<std::string, std::pair<std::string, Arrow>> fromOthers{
    {"expire",
     {"queued",
      [](auto& jobs, auto&, auto& job) {
          return jobs.expire(job.sequence, {"E", "e"}, at(9));
      }}},
    {"cancel", {"queued", [](auto& jobs, auto&, auto& job) { return jobs.cancel(job.id, at(9)); }}},
    {"claim",
     {"queued", [](auto& jobs, auto&, auto&) { return !jobs.claim("alpha", at(0), 9).empty(); }}},
    {"requestCancel",
     {"running", [](auto& jobs, auto&, auto& job) { return jobs.requestCancel(job.id); }}},
    {"retry",
     {"failed cancelled",
      [](auto& jobs, auto&, auto& job) { return jobs.retry(job.id, 1, at(9)); }}},
};

}  // namespace

class JobStoreGuardsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JobStoreGuardsTest);
    CPPUNIT_TEST(outcomesChangeOnlyRunningJobs);
    CPPUNIT_TEST(outcomesOfAnOlderClaimChangeNothing);
    CPPUNIT_TEST(outcomesOfAClaimToComeChangeNothing);
    CPPUNIT_TEST(otherArrowsStartOnlyFromTheirStates);
    CPPUNIT_TEST(outcomeChangesNoOtherJob);
    CPPUNIT_TEST(jobToBeCancelledIsNotQueuedAgain);
    CPPUNIT_TEST(unknownJobsAreLeftAlone);
    CPPUNIT_TEST_SUITE_END();

public:
    void outcomesChangeOnlyRunningJobs() {
        for (const auto* state : {"queued", "succeeded", "failed", "cancelled"}) {
            for (const auto& [name, arrow] : fromRunning) {
                refuse(state, name, arrow, 1);
            }
        }
    }

    // The job was queued again and claimed anew: this is its second claim.
    void outcomesOfAnOlderClaimChangeNothing() {
        for (const auto& [name, arrow] : fromRunning) refuse("running", name, arrow, 1);
    }

    void outcomesOfAClaimToComeChangeNothing() {
        for (const auto& [name, arrow] : fromRunning) refuse("running", name, arrow, 3);
    }

    void otherArrowsStartOnlyFromTheirStates() {
        for (const auto* state : {"queued", "running", "succeeded", "failed", "cancelled"}) {
            for (const auto& [name, entry] : fromOthers) {
                const bool allowed = entry.first.find(state) != std::string::npos;
                if (!allowed) refuse(state, name, entry.second, 2);
                if (allowed)
                    CPPUNIT_ASSERT_MESSAGE(name + " from " + state, take(state, entry.second));
            }
        }
    }

    void outcomeChangesNoOtherJob() {
        for (const auto& [name, arrow] : fromRunning) {
            JobTable table;
            Job other;
            table.running(other);
            const std::string before = table.dump();
            const Job job = inState(table, "running");
            arrow(*table.jobs, {job.sequence, 2, at(1), at(2)}, job);
            CPPUNIT_ASSERT_MESSAGE(name, table.dump().starts_with(before));
        }
    }

    void jobToBeCancelledIsNotQueuedAgain() {
        for (const auto* name :
             {"retryLater", "retryLater, attempt spared", "undelivered", "lost"}) {
            JobTable table;
            const Job job = inState(table, "running");
            table.jobs->requestCancel(job.id);
            const std::string before = table.dump();
            const Settled settled{job.sequence, 2, at(1), at(2)};
            CPPUNIT_ASSERT_MESSAGE(name, !fromRunning.at(name)(*table.jobs, settled, job));
            CPPUNIT_ASSERT_EQUAL(before, table.dump());
            CPPUNIT_ASSERT(table.jobs->cancelled(settled));
        }
    }

    void unknownJobsAreLeftAlone() {
        JobTable table;
        table.queued();
        const std::string before = table.dump();
        Job nobody = JobTable::make();
        nobody.sequence = 77;
        for (const auto& [name, arrow] : fromRunning) {
            CPPUNIT_ASSERT_MESSAGE(name, !arrow(*table.jobs, {77, 1, at(1), at(2)}, nobody));
        }
        for (const auto& [name, entry] : fromOthers) {
            if (name == "claim") continue;  // names no job
            CPPUNIT_ASSERT_MESSAGE(name, !entry.second(*table.jobs, {}, nobody));
        }
        CPPUNIT_ASSERT_EQUAL(before, table.dump());
    }

private:
    // A job in that state, after two claims where it had any.
    static Job inState(JobTable& table, const std::string& state) {
        Job job = table.queued();
        table.set(job.sequence, "expires_at = " + std::to_string(at(5).time_since_epoch().count()));
        if (state == "queued") return job;
        if (state == "cancelled") {
            table.jobs->cancel(job.id, at(1));
            return job;
        }
        table.jobs->undelivered(table.claimed(), at(0));
        const Settled second = table.claimed();
        if (state == "succeeded") table.jobs->succeed(second, "1");
        if (state == "failed") table.jobs->fail(second, {"E", "e"});
        return job;
    }

    static bool take(const std::string& state, const Arrow& arrow) {
        JobTable table;
        const Job job = inState(table, state);
        return arrow(*table.jobs, {job.sequence, 2, at(1), at(2)}, job);
    }

    static void refuse(const std::string& state, const std::string& name, const Arrow& arrow,
                       std::int64_t claim) {
        JobTable table;
        const Job job = inState(table, state);
        const std::string before = table.dump();
        const bool changed = arrow(*table.jobs, {job.sequence, claim, at(1), at(2)}, job);
        CPPUNIT_ASSERT_MESSAGE(name + " from " + state, !changed);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(name + " from " + state, before, table.dump());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JobStoreGuardsTest);
