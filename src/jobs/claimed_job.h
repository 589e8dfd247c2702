// SPDX-License-Identifier: Apache-2.0
// ClaimedJob is what is needed to run a job and to settle it: read once when it is claimed, so that
// nothing is looked up again on its way.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: n/a (plain data).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/id.h"
#include "jobs/job.h"
#include "rpc/call.h"

namespace errand::jobs {

struct ClaimedJob {
    std::int64_t sequence = 0;
    base::Id id;
    std::int64_t claim = 0;  // the fence: an outcome of an older claim changes nothing
    int attempt = 0;
    int maxAttempts = 0;
    int crashes = 0;  // over 0: runs alone
    int loneCrashes = 0;
    std::string service;
    std::string method;
    rpc::Arguments arguments;
    std::chrono::milliseconds timeout{0};
    base::Time createdAt{};
    base::Time runAt{};
    std::optional<base::Time> expiresAt;
    Priority priority = Priority::normal;
    std::string trace;  // as Job has them
    std::string submitter;
    std::string notify;
    std::string tags;  // a JSON array, or empty

    // Whether it was due when it was submitted, and so counts toward jobs.maxQueued while queued.
    bool counted() const noexcept { return runAt <= createdAt; }
};

// What is known of a running job's call, beyond that it was made.
struct CallNote {
    std::optional<base::Time> startedAt;  // when the method began
    bool sent = false;                    // it is where it survives this process
    std::string worker;                   // which process has begun it; empty: this one, or none
    std::string progress;                 // JSON text; empty: as it was
};

// A running job of an earlier boot whose call may have survived.
struct RunningJob {
    ClaimedJob job;
    CallNote note;
    bool cancelRequested = false;
};

}  // namespace errand::jobs
