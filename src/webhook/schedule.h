// SPDX-License-Identifier: Apache-2.0
// schedule.h says how long a delivery that failed waits for its next attempt.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: none.
#pragma once

#include <chrono>
#include <optional>

namespace errand::webhook {

// The first at once, the others after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h: the example of
// Standard Webhooks, three days and a few hours in all.
constexpr int maxAttempts = 10;
constexpr std::chrono::seconds shortestPause{5};
constexpr std::chrono::hours longestPause{24};

// After attempt number `attempt` (from 1); past the last, as after it. The pause is longer by up to
// a tenth, as `dice` (in [0, 1)) falls, so that what failed together does not come back together;
// and at least what the receiver asked for, up to the longest.
std::chrono::milliseconds pauseAfter(int attempt, double dice,
                                     std::optional<std::chrono::seconds> asked = std::nullopt);

}  // namespace errand::webhook
