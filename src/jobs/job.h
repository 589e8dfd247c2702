// SPDX-License-Identifier: Apache-2.0
// Job is a call that is on disk: its arguments, its state, its attempts and its outcome.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: parseState answers nullopt for a word that is no state.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id.h"
#include "rpc/call.h"

namespace errand::jobs {

// The lifecycle is drawn in job_store.h, beside the methods that are its arrows. The numbers are
// what the table holds.
enum class JobState { queued = 0, running = 1, succeeded = 2, failed = 3, cancelled = 4 };

constexpr bool isFinished(JobState state) noexcept {
    return state >= JobState::succeeded;
}
const char* toString(JobState state) noexcept;
std::optional<JobState> parseState(std::string_view word) noexcept;

// Of two due jobs of a service the one of a higher priority begins first.
enum class Priority { low = 0, normal = 1, high = 2 };

const char* toString(Priority priority) noexcept;
std::optional<Priority> parsePriority(std::string_view word) noexcept;

// Tags as the table holds them: a JSON array.
std::string toJsonArray(const std::vector<std::string>& tags);

struct Job {
    base::Id id;
    std::int64_t sequence = 0;  // the row's number: order and cursor of lists
    std::int64_t changed = 0;   // the number of its newest change
    std::string service;
    std::string method;
    rpc::Arguments arguments;
    JobState state = JobState::queued;
    std::string result;                    // JSON text; empty unless succeeded
    std::optional<rpc::ErrorReply> error;  // of the last attempt that failed
    int attempt = 0;
    int maxAttempts = 1;
    std::chrono::milliseconds timeout{0};
    bool cancelRequested = false;
    std::string progress;  // {"fraction","text"} as JSON text; empty: none was told
    std::vector<std::string> tags;
    Priority priority = Priority::normal;
    std::string trace;      // W3C traceparent; empty: none
    std::string submitter;  // by whose token it, or the job it is a child of, came; empty: without
    std::string notify;     // whom to tell when it has ended: JSON text; empty: nobody
    base::Time createdAt{};
    base::Time runAt{};
    std::optional<base::Time> startedAt;
    std::optional<base::Time> finishedAt;
    std::optional<base::Time> expiresAt;
    std::optional<base::Time> keptUntil;  // not deleted before, by age
    std::optional<base::Id> parent;
};

// What a submitter says of a job; what is absent follows the method's policy.
struct NewJob {
    std::optional<base::Id> id;  // absent: a new one; a job of that id that is there stays the one
    std::string service;
    std::string method;
    rpc::Arguments arguments;
    std::optional<base::Time> runAt;                   // absent: at once
    std::optional<std::chrono::microseconds> delay{};  // from its creation; at most one of the two
    std::optional<base::Time> expiresAt;
    std::optional<std::chrono::milliseconds> timeout;
    std::optional<int> maxAttempts;
    std::vector<std::string> tags;
    Priority priority = Priority::normal;
    std::string trace;
    std::string submitter;
    std::string notify;
};

}  // namespace errand::jobs
