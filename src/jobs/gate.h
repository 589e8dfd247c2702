// SPDX-License-Identifier: Apache-2.0
// Gate keeps a service's jobs back while the service as a whole cannot do them: closed by the first
// that says so, tried by one probe at a time, opened by the first that gets through.
//
// Threads: every method may be called from any thread.
// Owns: nothing.
// Errors: none.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include "base/clock.h"
#include "base/mutex.h"

namespace errand::jobs {

class Gate {
public:
    // Between two probes: doubled from the first to the longest, unless the service named a time.
    // The shortest is for one that says "now": it would be tried in a loop.
    static constexpr std::chrono::milliseconds shortestPause{100};
    static constexpr std::chrono::milliseconds firstPause{1000};
    static constexpr std::chrono::milliseconds longestPause{60'000};

    bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }

    // A job of the service met it unable. True when this closed the gate. A failed probe lengthens
    // the pause; others that were on their way do not.
    bool close(base::SteadyTime now, std::optional<std::chrono::milliseconds> after, bool probe);

    // A job got through. True when this opened the gate.
    bool open();

    // When the next probe may go; nullopt while one is on its way or the gate is open.
    std::optional<base::SteadyTime> nextProbe() const;

    // Takes the right to send the probe; false when it is not time.
    bool takeProbe(base::SteadyTime now);

    // The probe began and nobody knows what the service thinks of it: as a failed one.
    void failProbe(base::SteadyTime now);

    // The probe found no job to try, or never began: the right goes back.
    void returnProbe();

private:
    std::atomic<bool> closed_{false};  // read on the hot path; written under the mutex

    mutable base::Mutex mutex_;
    std::chrono::milliseconds pause_ GUARDED_BY(mutex_){0};
    base::SteadyTime next_ GUARDED_BY(mutex_){};
    bool probing_ GUARDED_BY(mutex_) = false;
};

}  // namespace errand::jobs
