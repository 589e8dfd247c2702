// SPDX-License-Identifier: Apache-2.0
// Timetable is what the dispatcher waits by: the next appointments, and the bell that wakes it.
//
// Threads: every method may be called from any thread; wait by the dispatcher's alone.
// Owns: nothing.
// Errors: none.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/clock.h"
#include "base/mutex.h"

namespace errand::jobs {

// A time of day that several threads read and move; far in the future when there is none.
class Appointment {
public:
    base::Time at() const noexcept {
        return base::Time(std::chrono::microseconds(at_.load(std::memory_order_acquire)));
    }
    void set(std::optional<base::Time> time) noexcept {
        at_.store(time ? time->time_since_epoch().count() : never, std::memory_order_release);
    }
    // Moves it to `time` if that is earlier; true when it was.
    bool advance(base::Time time) noexcept {
        const std::int64_t wanted = time.time_since_epoch().count();
        std::int64_t present = at_.load(std::memory_order_acquire);
        while (wanted < present) {
            if (at_.compare_exchange_weak(present, wanted, std::memory_order_acq_rel)) return true;
        }
        return false;
    }

private:
    static constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
    std::atomic<std::int64_t> at_{never};
};

class Timetable {
public:
    Appointment nextSuspect;  // a job that must run alone is due
    Appointment nextExpiry;   // a queued job's expires_at passes

    // Wakes the dispatcher: something has changed.
    void ring();

    // Until the bell, or `deadline`.
    void wait(base::SteadyTime deadline);

private:
    base::Mutex mutex_;
    base::Condition bell_;
    bool rung_ GUARDED_BY(mutex_) = false;
};

}  // namespace errand::jobs
