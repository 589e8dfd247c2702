// SPDX-License-Identifier: Apache-2.0
// FakeClock shows the time of day and the steady time that the test sets.
//
// Threads: any.
// Owns: nothing.
// Errors: none.
#pragma once

#include <atomic>

#include "base/clock.h"
#include "base/mutex.h"

namespace errand::tests {

class FakeClock : public base::Clock {
public:
    base::Time now() const noexcept override {
        return base::Time(std::chrono::microseconds(wall_.load()));
    }

    // The dispatcher asks once a round, and sleeps by the machine's clock: as this one is far
    // behind, it never sleeps for long and soon sees what the test has set. Being asked takes a
    // moment, so that it does not spin.
    base::SteadyTime steady() const noexcept override {
        asked_.fetch_add(1);
        const base::SteadyTime time = start_ + std::chrono::microseconds(pushed_.load());
        const auto machine = base::Clock::system().steady();
        if (time < machine) pauseUntil(machine + std::chrono::microseconds(200));
        return time;
    }

    // How often the steady time was asked for.
    long asked() const noexcept { return asked_.load(); }

    // Lets time pass on both clocks.
    void advance(std::chrono::microseconds time) {
        wall_ += time.count();
        pushed_ += time.count();
    }

    // Sets the time of day alone, as someone sets the clock of a machine.
    void moveWall(std::chrono::microseconds ahead) { wall_ += ahead.count(); }

    // Goes far ahead of the machine: from now on the dispatcher sleeps until it is rung for.
    void outrunMachine() { pushed_ += 2 * std::chrono::microseconds(behind).count(); }

private:
    static constexpr std::chrono::hours behind{1000};

    static void pauseUntil(base::SteadyTime deadline) noexcept {
        base::Mutex mutex;
        base::Condition nobodyRings;
        const base::MutexLock lock(mutex);
        nobodyRings.waitUntil(mutex, deadline);
    }

    // Set in the constructor, then constant.
    const base::SteadyTime start_ = base::Clock::system().steady() - behind;

    // Set by the test, read by all.
    std::atomic<std::int64_t> wall_{1795369121000123};  // 2026-11-22 17:38:41.000123 UTC
    std::atomic<std::int64_t> pushed_{0};
    mutable std::atomic<long> asked_{0};
};

}  // namespace errand::tests
