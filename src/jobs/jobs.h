// SPDX-License-Identifier: Apache-2.0
// Jobs is what the HTTP side may do with jobs: submit, look at, cancel and retry them.
//
// Threads: every method may be called from any thread; submit, cancel and retry block until their
//          commit is on disk.
// Owns: nothing.
// Errors: outcomes are values. Failures of the store throw Poco exceptions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jobs/job.h"

namespace errand::jobs {

// Why a submit stored nothing.
enum class Refusal {
    none,
    queueFull,   // jobs.maxQueued are due and waiting
    diskFull,    // less than data.minFree is left
    unavailable  // the store is stopping or has failed
};

struct Submission {
    Refusal refusal = Refusal::none;
    std::vector<Job> jobs;  // in the order submitted, as they were committed; empty when refused
};

struct Filter {
    std::optional<JobState> state;
    std::string service;  // empty: any
    std::string method;
    std::optional<base::Id> parent;
    std::string tag;
};

struct Page {
    std::vector<Job> jobs;             // newest first, without arguments and results
    std::optional<std::int64_t> next;  // what `after` continues with; absent at the end
};

enum class Change {
    done,      // a queued job is cancelled; a finished one is queued again
    asked,     // a running job has been told to end
    refused,   // its state does not allow it
    notFound,  // no such job
    unavailable
};

struct Changed {
    Change change = Change::notFound;
    std::optional<Job> job;  // as it is now; absent when there is none
};

struct Readiness {
    bool storing = true;  // whether a submit can be stored now
    std::string reason;   // why not, in words
    std::vector<std::string>
        missing;  // what is away though submits are stored: a service, a broker
};

class Jobs {
public:
    virtual ~Jobs() = default;

    // Stores all of them in one commit, or none. On return they are on disk. REQUIRES that each
    // names a service and method of the catalogue, with arguments that its check has passed, or a
    // service that is not in it where calls reach everywhere.
    virtual Submission submit(std::vector<NewJob> jobs) = 0;

    virtual std::optional<Job> find(const base::Id& id) = 0;

    // At most `limit` jobs (1 to 500) older than `after`, or the newest.
    virtual Page list(const Filter& filter, int limit, std::optional<std::int64_t> after) = 0;

    // Cancels a queued job at once; asks a running one to end (DELETE /jobs/ID).
    virtual Changed cancel(const base::Id& id) = 0;

    // Queues a failed or cancelled job again (POST /jobs/ID/retry).
    virtual Changed retry(const base::Id& id) = 0;

    virtual Readiness readiness() = 0;
};

}  // namespace errand::jobs
