// SPDX-License-Identifier: Apache-2.0
#include "jobs/gate.h"

#include <algorithm>

namespace errand::jobs {

bool Gate::close(base::SteadyTime now, std::optional<std::chrono::milliseconds> after, bool probe) {
    const base::MutexLock lock(mutex_);
    const bool first = !closed();
    if (!first && !probe) return false;
    pause_ = first ? firstPause : std::min(pause_ * 2, longestPause);
    next_ = now + std::clamp(after.value_or(pause_), shortestPause, longestPause);
    probing_ = false;
    closed_.store(true, std::memory_order_release);
    return first;
}

bool Gate::open() {
    if (!closed()) return false;
    const base::MutexLock lock(mutex_);
    probing_ = false;
    return closed_.exchange(false, std::memory_order_acq_rel);
}

std::optional<base::SteadyTime> Gate::nextProbe() const {
    const base::MutexLock lock(mutex_);
    if (!closed() || probing_) return std::nullopt;
    return next_;
}

bool Gate::takeProbe(base::SteadyTime now) {
    const base::MutexLock lock(mutex_);
    if (!closed() || probing_ || now < next_) return false;
    probing_ = true;
    return true;
}

void Gate::failProbe(base::SteadyTime now) {
    const base::MutexLock lock(mutex_);
    probing_ = false;
    pause_ = std::min(pause_ * 2, longestPause);
    next_ = now + pause_;
}

void Gate::returnProbe() {
    const base::MutexLock lock(mutex_);
    probing_ = false;
}

}  // namespace errand::jobs
