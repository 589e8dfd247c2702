// SPDX-License-Identifier: Apache-2.0
#include "webhook/schedule.h"

#include <algorithm>
#include <array>

namespace errand::webhook {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::chrono::seconds, maxAttempts - 1> pauses{
    shortestPause, 5min, 30min, 2h, 5h, 10h, 14h, 20h, longestPause};

}  // namespace

std::chrono::milliseconds pauseAfter(int attempt, double dice,
                                     std::optional<std::chrono::seconds> asked) {
    const std::chrono::milliseconds planned =
        pauses[static_cast<std::size_t>(std::clamp(attempt, 1, maxAttempts - 1) - 1)];
    const auto jitter = static_cast<double>(planned.count()) * 0.1 * dice;
    const std::chrono::milliseconds wanted =
        std::min<std::chrono::milliseconds>(asked.value_or(0s), longestPause);
    return std::max(planned + std::chrono::milliseconds(static_cast<std::int64_t>(jitter)), wanted);
}

}  // namespace errand::webhook
