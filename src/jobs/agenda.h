// SPDX-License-Identifier: Apache-2.0
// Agenda tells what of the queued jobs is due next: what the dispatcher's timers go by.
//
// Threads: used on the store writer's thread (and by the starting thread before the writer runs).
// Owns: its statements. The Database outlives it.
// Errors: StoreError.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jobs/claimed_job.h"
#include "store/database.h"

namespace errand::jobs {

class Agenda {
public:
    explicit Agenda(store::Database& database);
    ~Agenda();

    // When the service's next job is due, in the past if one waits; nullopt when none is queued.
    // Expired ones are left, as claims leave them: else a claim would be due that finds nothing.
    std::optional<base::Time> nextRunAt(const std::string& service, base::Time now);

    // The same for the jobs that must run alone.
    std::optional<base::Time> nextSuspect(base::Time now);

    std::optional<base::Time> nextExpiry();

    // Queued jobs whose expires_at has passed, up to `limit`.
    std::vector<ClaimedJob> expired(base::Time now, int limit);

    // How many jobs of a service are due now: read from an index alone.
    std::int64_t countDue(const std::string& service, base::Time now);

    // The services that have queued jobs.
    std::vector<std::string> services();

    // Those of which no job may begin.
    std::vector<std::string> paused();

private:
    struct Statements;
    const std::unique_ptr<Statements> sql_;
};

}  // namespace errand::jobs
