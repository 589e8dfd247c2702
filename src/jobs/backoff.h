// SPDX-License-Identifier: Apache-2.0
// Backoff says how long a job waits before its next attempt: doubled with each, with jitter, so
// that jobs which failed together do not come back together.
//
// Threads: a function without state.
// Owns: nothing.
// Errors: none.
#pragma once

#include <chrono>

#include "rpc/method.h"

namespace errand::jobs {

// The pause after attempt number `attempt` (from 1). `dice` is a random number in [0, 1): the pause
// is the doubled one times 0.5 to 1.5, at most the policy's longest.
std::chrono::milliseconds backoff(const rpc::RetryPolicy& policy, int attempt, double dice);

}  // namespace errand::jobs
