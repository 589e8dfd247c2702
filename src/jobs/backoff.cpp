// SPDX-License-Identifier: Apache-2.0
#include "jobs/backoff.h"

#include <algorithm>

namespace errand::jobs {

std::chrono::milliseconds backoff(const rpc::RetryPolicy& policy, int attempt, double dice) {
    const auto longest = static_cast<double>(policy.longestDelay.count());
    auto pause = static_cast<double>(policy.firstDelay.count());
    for (int i = 1; i < attempt && pause < longest; ++i) pause *= 2;
    pause = std::min(pause, longest) * (0.5 + dice);
    return std::chrono::milliseconds(static_cast<std::int64_t>(std::min(pause, longest)));
}

}  // namespace errand::jobs
