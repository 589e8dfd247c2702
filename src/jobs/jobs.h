// SPDX-License-Identifier: Apache-2.0
// Jobs is what the HTTP side may do with jobs: submit, look at, cancel and retry them.
//
// Threads: every method may be called from any thread; submit, cancel and retry block until their
//          commit is on disk.
// Owns: nothing.
// Errors: outcomes are values. Failures of the store throw Poco exceptions.
#pragma once

#include <array>
#include <chrono>
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
    keyInUse,    // a submit with the same key is under way
    keyReused,   // the key was used for something else
    keyErased,   // the key was used, and what it submitted has been deleted
    unavailable  // the store is stopping or has failed
};

struct Submission {
    Refusal refusal = Refusal::none;
    std::vector<Job> jobs;  // in the order submitted, as they were committed; empty when refused
    bool replayed =
        false;  // they were submitted before, with the same key, and are as they are now
};

// What makes a submit that is repeated one submit (the Idempotency-Key draft).
struct IdempotencyKey {
    std::string key;          // the client's, at most 255 bytes
    std::string fingerprint;  // of what is submitted: 32 bytes
};

struct Filter {
    std::optional<JobState> state;
    std::string service;  // empty: any
    std::string method;
    std::optional<base::Id> parent;
    std::string tag;
    std::string submitter{};  // empty: any
    std::string text{};       // in what its caller gave or its method answered; empty: any
    std::optional<base::Time> createdFrom{};  // not before
    std::optional<base::Time> createdTo{};    // before
};

struct Page {
    std::vector<Job> jobs;             // newest first, without arguments and results
    std::optional<std::int64_t> next;  // what `after` continues with; absent at the end
    // Where the page ends because enough was looked through: that far back, by created_at. It may
    // then have fewer jobs than asked for, or none, and there may be more all the same.
    std::optional<base::Time> scannedTo{};
};

// How many jobs a change of many has reached.
struct Many {
    std::int64_t changed = 0;
    std::int64_t left = 0;  // that the filter lets through too, in a state that does not allow it
    bool all = true;        // false: the server stops, and there are more
};

// A service as the dispatcher of this node sees it.
struct ServiceState {
    std::string service;
    bool paused = false;                    // by a person
    bool waits = false;                     // for what it depends on: its gate is closed
    std::array<std::int64_t, 5> jobs{};     // how many, by state
    std::optional<base::Time> nextRunAt{};  // of those that are queued, the first
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
    bool storing = true;          // whether a submit can be stored now
    bool connected = true;        // to what carries the calls
    std::uint64_t freeBytes = 0;  // of the data directory's disk
    std::string reason;           // why not, in words
    std::vector<std::string>
        missing;  // what is away though submits are stored: a service, a broker
};

// That a job is no longer what it was: its state, its progress, a wish to cancel it. Numbers rise
// by one, also across restarts; a job's newest is in its `changed`.
struct JobChange {
    std::int64_t number = 0;
    std::int64_t sequence = 0;  // the job's
};

class Watcher {
public:
    virtual ~Watcher() = default;
    // In the order of their numbers, once they are on disk; on the store writer's thread. Must not
    // block.
    virtual void changed(const std::vector<JobChange>& changes) noexcept = 0;
};

class Jobs {
public:
    virtual ~Jobs() = default;

    // Stores all of them in one commit, or none. On return they are on disk. REQUIRES that each
    // names a service and method of the catalogue, with arguments that its check has passed, or a
    // service that is not in it where calls reach everywhere.
    virtual Submission submit(std::vector<NewJob> jobs) = 0;

    // The same, at most once for a key within jobs.idempotencyWindow: who comes again gets what the
    // first submit stored. Without jobs it stores nothing, and does not take the key.
    virtual Submission submitOnce(std::vector<NewJob> jobs, const IdempotencyKey& key) = 0;

    virtual std::optional<Job> find(const base::Id& id) = 0;

    // At most `limit` jobs (1 to 500) older than `after`, or the newest. It takes a bounded time,
    // however large the table.
    virtual Page list(const Filter& filter, int limit, std::optional<std::int64_t> after) = 0;

    // Cancels a queued job at once; asks a running one to end (DELETE /jobs/ID).
    virtual Changed cancel(const base::Id& id) = 0;

    // Queues a failed or cancelled job again (POST /jobs/ID/retry).
    virtual Changed retry(const base::Id& id) = 0;

    // The same for all ended jobs that the filter lets through, but those that succeeded.
    virtual Many retryAll(const Filter& filter) = 0;

    // Deletes all ended jobs that the filter lets through and that have no unfinished child. `left`
    // are the others: unfinished, or with such a child.
    virtual Many eraseAll(const Filter& filter) = 0;

    // While a service is paused none of its jobs begins, also after a restart. False: no service of
    // the catalogue.
    virtual bool setPaused(const std::string& service, bool paused) = 0;

    // Those of the catalogue and those that have jobs, by name.
    virtual std::vector<ServiceState> services() = 0;

    virtual Readiness readiness() = 0;

    // From now on the watcher is told of every change. Returns the newest number until now.
    virtual std::int64_t watch(Watcher& watcher) = 0;

    // Returns when the watcher is told no more.
    virtual void unwatch(Watcher& watcher) noexcept = 0;

    // What changed after `number`, the oldest first, at most `limit`; nullopt: it is not known so
    // far back.
    virtual std::optional<std::vector<JobChange>> changesAfter(std::int64_t number, int limit) = 0;

    // As they are now, in no order; what is not there is left out.
    virtual std::vector<Job> findAll(const std::vector<std::int64_t>& sequences) = 0;

    // When it pays to ask for an unfinished job again: from its run_at, or from how many wait
    // before it and how fast its service has been of late. 1 s to 1 h.
    virtual std::chrono::seconds askAgain(const Job& job) = 0;
};

}  // namespace errand::jobs
