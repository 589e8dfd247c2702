// SPDX-License-Identifier: Apache-2.0
// Settlement decides what becomes of a job when its attempt has ended: which arrow of JobStore,
// with which children, and what its service's gate learns from it.
//
// Threads: a pure function.
// Owns: nothing.
// Errors: none; every end has a settlement.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "jobs/claimed_job.h"
#include "rpc/catalogue.h"
#include "rpc/transport.h"

namespace errand::jobs {

struct Settlement {
    enum class Arrow { succeed, fail, retryLater, undelivered, lost, cancelled, leaveRunning };
    enum class Gate { asItIs, opens, closes };

    Arrow arrow = Arrow::leaveRunning;
    std::string result;            // succeed: JSON text
    rpc::ErrorReply error;         // fail, retryLater
    base::Time runAt{};            // retryLater, undelivered, lost
    bool attemptUsed = true;       // retryLater
    bool alone = false;            // lost: nothing else had begun beside it
    std::vector<rpc::Cast> casts;  // succeed, fail: they become child jobs in the same commit
    Gate gate = Gate::asItIs;
    std::optional<std::chrono::milliseconds> gatePause;  // as the service asked for
};

// What happened to the attempt besides its end.
struct Circumstances {
    bool timedOut = false;         // its time was up before it ended
    bool cancelRequested = false;  // its end was asked for before it ended
    bool callsSurvive = false;     // a detached call lives on in the broker
    base::Time now{};
    double dice = 0;        // for the backoff's jitter, in [0, 1)
    bool probe = false;     // it went through a closed gate, to try the service
    bool graceOver = true;  // nobody serves that service since jobs.unroutableGrace
    int maxCrashes = 3;
};

Settlement settle(const ClaimedJob& job, rpc::End end, const Circumstances& circumstances,
                  const rpc::Catalogue& catalogue);

// For a method that has not come back within cancel.grace after its time was up or its cancel was
// asked for: its worker is given up.
Settlement settleHung(const ClaimedJob& job, const Circumstances& circumstances,
                      const rpc::Catalogue& catalogue);

// For a job whose method had begun in a process that died. `alone`: nothing else had.
Settlement settleLost(const ClaimedJob& job, bool alone, const Circumstances& circumstances,
                      const rpc::Catalogue& catalogue);

// What a job of the catalogue's method fails with when Errand itself ends it, and its children.
Settlement failedByErrand(const ClaimedJob& job, rpc::ErrorReply error,
                          const rpc::Catalogue& catalogue);

}  // namespace errand::jobs
