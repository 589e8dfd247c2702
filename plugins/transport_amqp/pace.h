// SPDX-License-Identifier: Apache-2.0
// Pace says how many unacknowledged requests a service should hold: enough that its workers never
// wait for the broker, and no more, since what one node holds another cannot do.
//
// Threads: every method may be called from any thread.
// Owns: nothing.
// Errors: none.
#pragma once

#include <chrono>
#include <optional>

#include "base/mutex.h"

namespace errand::transport_amqp {

class Pace {
public:
    // `fixed` over 0 is the answer always.
    Pace(int workers, int fixed);

    // What to begin with.
    int start() const noexcept { return levels_[0]; }

    // A method took so long. The new number where that changes it.
    std::optional<int> ran(std::chrono::nanoseconds time);

private:
    // Set in the constructor, then constant.
    const bool fixed_;
    const int levels_[3];  // for slow methods, brisk ones and fast ones

    base::Mutex mutex_;
    std::chrono::nanoseconds sum_ GUARDED_BY(mutex_){0};
    std::chrono::nanoseconds longest_ GUARDED_BY(mutex_){0};
    int runs_ GUARDED_BY(mutex_) = 0;
    int level_ GUARDED_BY(mutex_) = 0;
};

}  // namespace errand::transport_amqp
