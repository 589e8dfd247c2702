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
#include <string>

#include "base/clock.h"
#include "base/id.h"
#include "rpc/call.h"

namespace errand::jobs {

struct ClaimedJob {
    std::int64_t sequence = 0;
    base::Id id;
    std::int64_t claim = 0;  // the fence: an outcome of an older claim changes nothing
    int attempt = 0;
    int maxAttempts = 0;
    int crashes = 0;  // over 0: runs alone
    std::string service;
    std::string method;
    rpc::Arguments arguments;
    std::chrono::milliseconds timeout{0};
    base::Time createdAt{};
    base::Time runAt{};

    // Whether it was due when it was submitted, and so counts toward jobs.maxQueued while queued.
    bool counted() const noexcept { return runAt <= createdAt; }
};

}  // namespace errand::jobs
