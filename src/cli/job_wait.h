// SPDX-License-Identifier: Apache-2.0
// waitForJob asks for a job again and again until it has ended, at a pace that suits short jobs and
// spares the server long ones.
//
// Threads: used by one thread.
// Owns: nothing.
// Errors: Failure as Api's; a server that goes away meanwhile is waited for a while.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "cli/api.h"

namespace errand::cli {

// What waiting is made of, so that tests need not wait.
struct Patience {
    std::optional<std::chrono::milliseconds> limit;  // absent: as long as it takes
    std::function<std::chrono::steady_clock::time_point()> now;
    std::function<void(std::chrono::milliseconds)> sleep;
};

Patience realPatience(std::optional<std::chrono::milliseconds> limit);

// The job as it was seen last: ended, unless the limit came first.
base::Json waitForJob(Api& api, const std::string& id, const Patience& patience);

}  // namespace errand::cli
