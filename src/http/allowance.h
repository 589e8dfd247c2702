// SPDX-License-Identifier: Apache-2.0
// Allowance is the time that a slow peer still has: a head start, and more for each byte, but never
// more ahead than the head start. What came in one go thus buys no long silence afterwards.
//
// Threads: used by one thread at a time.
// Owns: nothing; settings and connections outlive it.
// Errors: none.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "base/clock.h"
#include "http/connections.h"
#include "http/settings.h"

namespace errand::http {

class Allowance {
public:
    Allowance(const Settings& settings, const Connections& connections, base::SteadyTime now)
        : settings_(settings),
          connections_(connections),
          deadline_(now + settings.headerDeadline) {}

    // That many bytes have gone over the wire.
    void earn(std::size_t bytes, base::SteadyTime now) noexcept {
        const std::chrono::nanoseconds earned(bytes * 1'000'000'000 / settings_.minBodyRate);
        deadline_ = std::min(now + base::SteadyTime::duration(settings_.headerDeadline),
                             deadline_ + earned);
    }

    // Whether it is used up. It is the sooner, the more others wait for the thread.
    bool spent(base::SteadyTime now) const {
        if (now > deadline_) return true;
        const int pressure = connections_.pressure();
        if (pressure == 0) return false;
        return now > deadline_ - settings_.headerDeadline + settings_.crowdedDeadline / pressure;
    }

private:
    // Set in the constructor, then constant.
    const Settings& settings_;
    const Connections& connections_;

    base::SteadyTime deadline_;
};

}  // namespace errand::http
