// SPDX-License-Identifier: Apache-2.0
// FakeClock shows the time of day that the test sets, and a steady time that the test pushes on.
//
// Threads: any.
// Owns: nothing.
// Errors: none.
#pragma once

#include <atomic>

#include "base/clock.h"

namespace errand::tests {

class FakeClock : public base::Clock {
public:
    base::Time now() const noexcept override {
        return base::Time(std::chrono::microseconds(wall_.load()));
    }

    // Goes by the machine, since the dispatcher sleeps by it, but behind it: what the dispatcher
    // takes for a second ahead (its longest sleep) has all but come, so it soon sees a push. Tests
    // push by minutes and never by less than the machine may dawdle.
    base::SteadyTime steady() const noexcept override {
        return base::Clock::system().steady() - behind + std::chrono::microseconds(pushed_.load());
    }

    // Lets time pass on both.
    void advance(std::chrono::microseconds time) {
        wall_ += time.count();
        pushed_ += time.count();
    }

    // The time of day alone, as someone sets the clock of a machine.
    void setWall(base::Time time) { wall_ = time.time_since_epoch().count(); }
    void setWall(std::chrono::microseconds ahead) { wall_ += ahead.count(); }

private:
    static constexpr std::chrono::milliseconds behind{980};

    std::atomic<std::int64_t> wall_{1795369121000123};  // 2026-11-22 17:38:41.000123 UTC
    std::atomic<std::int64_t> pushed_{0};
};

}  // namespace errand::tests
