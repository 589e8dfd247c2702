// SPDX-License-Identifier: Apache-2.0
// JobStore is the only code that changes a job's state: one arrow, one method, one guarded
// statement.
//
//                submit                  submitAndClaim
//                  |                           |
//                  v           claim           v      succeed
//   +---------> queued ------------------> running -------------> succeeded
//   |            |  |  ^                    |  |  |
//   |            |  |  +--------------------+  |  |    fail
//   |            |  |    retryLater,           |  +-------------> failed
//   |            |  |    undelivered, lost     |                   |
//   |            |  |                          | cancelled         |
//   |            |  |  cancel                  v                   |
//   |            |  +----------------------> cancelled             |
//   |            |           expire            |                   |
//   |            +-----------------------------|--> failed         |
//   |                        retry             |                   |
//   +------------------------------------------+-------------------+
//
// A guard is the state and, for a running job, the claim: what comes late, from an older claim,
// changes nothing and answers false.
//
// Threads: used on the store writer's thread, inside its transaction (and by the starting thread
//          before the writer runs).
// Owns: its statements. The Database and the Journal outlive it.
// Errors: StoreError.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "jobs/claimed_job.h"
#include "jobs/job.h"
#include "jobs/journal.h"
#include "store/database.h"
#include "store/statement.h"

namespace errand::jobs {

class JobStore {
public:
    // `boot` is the number of this run's row in `boots`: it names the claims made here.
    JobStore(store::Database& database, Journal& journal, std::int64_t boot);
    ~JobStore();

    // (none) -> queued. Sets job.sequence.
    void submit(Job& job);

    // (none) -> running: its first claim and attempt. Sets job.sequence, state and attempt.
    void submitAndClaim(Job& job);

    // Whether there is such a job.
    bool exists(const base::Id& id);

    // queued -> running: up to `limit` jobs of the service that are due, those of a higher priority
    // first, and of one priority the longest due.
    // Those with a crash on their count, and expired ones, are left.
    std::vector<ClaimedJob> claim(const std::string& service, base::Time now, int limit);

    // queued -> running: of the due jobs with a crash on their count, of any service, the one that
    // was alone in the fewest.
    std::optional<ClaimedJob> claimSuspect(base::Time now);

    // Notes what is known of a running job's call, where it is known: no change of state.
    void note(std::int64_t sequence, std::int64_t claim, const CallNote& note);

    struct Settled {
        std::int64_t sequence = 0;
        std::int64_t claim = 0;
        std::optional<base::Time> startedAt;  // when the method began
        base::Time now{};
    };

    // running -> succeeded. The result is JSON text.
    bool succeed(const Settled& settled, const std::string& result);

    // running -> failed.
    bool fail(const Settled& settled, const rpc::ErrorReply& error);

    // running -> queued, due at `runAt`. The attempt is used, unless the whole service was to
    // blame. Refused for a job whose cancel was asked for: that one is `cancelled`.
    bool retryLater(const Settled& settled, const rpc::ErrorReply& error, base::Time runAt,
                    bool attemptUsed);

    // running -> queued: it never began, no attempt is used. Refused as retryLater is.
    bool undelivered(const Settled& settled, base::Time runAt);

    // running -> queued: the process that had begun it died. `alone`: nothing else had begun.
    bool lost(const Settled& settled, bool alone);

    // running -> cancelled, at the end of a cancel that was asked for.
    bool cancelled(const Settled& settled);

    // A boot's way to its services: the names in `boots`. Empty: calls end with their process.
    struct Way {
        std::string transport;
        std::string broker;
    };

    // running -> cancelled or queued, for all jobs of earlier boots at once, where no call
    // survives: all but those which went the same way. REQUIRES that those which had begun are
    // lost, failed or cancelled already.
    struct Undelivered {
        int count = 0;
        std::vector<ClaimedJob> cancelled;  // those of them that are cancelled now
    };
    Undelivered undeliveredOfEarlierBoots(base::Time now, const Way& way);

    // The running jobs of earlier boots. REQUIRES undeliveredOfEarlierBoots: their calls survive.
    std::vector<RunningJob> runningOfEarlierBoots();

    // Puts off the jobs that were alone in `loneCrashes` crashes or more: no change of state.
    void putOffSuspects(int loneCrashes, base::Time runAt);

    // queued -> failed with `Expired`, for one job whose expires_at has passed.
    bool expire(std::int64_t sequence, const rpc::ErrorReply& error, base::Time now);

    // queued -> cancelled.
    bool cancel(const base::Id& id, base::Time now);

    // Asks a running job to end: no change of state. True when it runs.
    bool requestCancel(const base::Id& id);

    // failed, cancelled -> queued, with `attempts` more tries.
    bool retry(const base::Id& id, int attempts, base::Time now);

    // Writes a trifle, to see whether the store can be written: no change of state.
    void touch();

    // Deletes an ended job that has no unfinished child.
    bool erase(std::int64_t sequence);

    // No change of any job's state.
    void setPaused(const std::string& service, bool paused);

    // Looks at up to `limit` jobs from sequence `from` on, and deletes those that succeeded or were
    // cancelled before `before`, or failed before `beforeFailed`, have no unfinished child and need
    // not be kept beyond `now`. Returns where to go on; nullopt at the end of the table, or where
    // none of those looked at is old: then none behind them is, and they may be millions.
    std::optional<std::int64_t> forget(base::Time now, base::Time before, base::Time beforeFailed,
                                       std::int64_t from, int limit);

private:
    struct Statements;

    void insert(Job& job);

    // Set in the constructor, then constant.
    Journal& journal_;
    const std::int64_t boot_;
    const std::unique_ptr<Statements> sql_;

    std::int64_t last_ = 0;  // sequence; given once, though its job be deleted
};

}  // namespace errand::jobs
