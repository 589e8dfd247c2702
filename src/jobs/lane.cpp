// SPDX-License-Identifier: Apache-2.0
#include "jobs/lane.h"

#include <algorithm>

namespace errand::jobs {

namespace {

// What ended in the last second counts for a fifth: a burst or a pause of a moment changes little.
constexpr std::chrono::milliseconds leastMeasured{900};
constexpr double newsWeight = 0.2;

}  // namespace

int Lane::takeRoom(int most) noexcept {
    int room = room_.load();
    for (;;) {
        const int taken = std::min(room, most);
        if (taken <= 0) return 0;
        if (room_.compare_exchange_weak(room, room - taken)) return taken;
    }
}

base::Time Lane::nextRunAt() const noexcept {
    return base::Time(std::chrono::microseconds(nextRunAt_.load(std::memory_order_acquire)));
}

void Lane::setNextRunAt(base::Time time) noexcept {
    nextRunAt_.store(time.time_since_epoch().count(), std::memory_order_release);
}

bool Lane::noteQueued(base::Time runAt, base::Time now) noexcept {
    if (runAt <= now) {
        setBacklog(true);
        return !claiming() && roomy();
    }
    if (runAt >= nextRunAt()) return false;
    setNextRunAt(runAt);
    return true;
}

base::SteadyTime Lane::noteUnroutable(base::SteadyTime now) noexcept {
    std::int64_t since = 0;
    const std::int64_t ticks = now.time_since_epoch().count();
    if (unroutableSince_.compare_exchange_strong(since, ticks)) since = ticks;
    return base::SteadyTime(base::SteadyTime::duration(since));
}

void Lane::measure(base::SteadyTime now) noexcept {
    const std::chrono::duration<double> passed = now - measuredAt_;
    if (passed < leastMeasured) return;
    const std::int64_t ended = ended_.load(std::memory_order_relaxed);
    const double latest = static_cast<double>(ended - measured_) / passed.count();
    const bool first = measuredAt_ == base::SteadyTime{};
    const double before = rate_.load(std::memory_order_relaxed);
    rate_.store(first ? 0 : before + newsWeight * (latest - before), std::memory_order_relaxed);
    measuredAt_ = now;
    measured_ = ended;
}

double Lane::expectedWait() const noexcept {
    const auto waiting = static_cast<double>(waiting_.load(std::memory_order_relaxed));
    const double rate = rate_.load(std::memory_order_relaxed);
    if (waiting <= 0) return 0;
    return rate > 0 ? waiting / rate : waiting;
}

void Lane::addWaiting(std::int64_t count) noexcept {
    if (waiting_.fetch_add(count) + count < 0) waiting_.store(0);
}

Lanes::Lanes(const std::map<std::string, int>& workers, int handOff) : handOff_(handOff) {
    for (const auto& [service, count] : workers) {
        lanes_.emplace(service, std::make_unique<Lane>(service, count, handOff));
    }
}

Lane& Lanes::of(const std::string& service) {
    const base::MutexLock lock(mutex_);
    std::unique_ptr<Lane>& lane = lanes_[service];
    if (!lane) lane = std::make_unique<Lane>(service, 0, handOff_);
    return *lane;
}

std::vector<Lane*> Lanes::all() {
    const base::MutexLock lock(mutex_);
    std::vector<Lane*> lanes;
    for (const auto& [service, lane] : lanes_) lanes.push_back(lane.get());
    return lanes;
}

std::int64_t Lanes::waiting() {
    const base::MutexLock lock(mutex_);
    std::int64_t sum = 0;
    for (const auto& [service, lane] : lanes_) {
        if (counts(service)) sum += lane->waiting();
    }
    return sum;
}

bool Lanes::reserve(Lane& lane, base::Time now) noexcept {
    // A job may have become due without the dispatcher having woken yet.
    const bool behind = lane.backlog() || lane.nextRunAt() <= now;
    if (!open() || behind || lane.paused() || lane.gate().closed()) return false;
    if (lane.takeRoom(1) != 1) return false;
    reserved_.fetch_add(1, std::memory_order_acq_rel);
    return true;
}

bool Lanes::starting() {
    if (reserved_.load(std::memory_order_acquire) > 0) return true;
    const base::MutexLock lock(mutex_);
    return std::any_of(lanes_.begin(), lanes_.end(),
                       [](const auto& entry) { return entry.second->claiming(); });
}

}  // namespace errand::jobs
