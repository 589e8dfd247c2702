// SPDX-License-Identifier: Apache-2.0
#include "rpc/deadlines.h"

#include "rpc/lane.h"

namespace errand::rpc {

void Deadlines::start() {
    thread_.start([this] { run(); });
}

void Deadlines::add(const Deadline& deadline) {
    const base::MutexLock lock(mutex_);
    const auto place = pending_.insert(deadline).first;
    if (place == pending_.begin()) changed_.notifyOne();
}

void Deadlines::remove(const Deadline& deadline) {
    // The thread need not hear of it: at worst it wakes once for nothing.
    const base::MutexLock lock(mutex_);
    pending_.erase(deadline);
}

void Deadlines::run() {
    mutex_.lock();
    while (!stopping_) {
        if (pending_.empty()) {
            changed_.wait(mutex_);
            continue;
        }
        const Deadline first = *pending_.begin();
        if (first.at > base::Clock::system().steady()) {
            changed_.waitUntil(mutex_, first.at);
            continue;
        }
        pending_.erase(pending_.begin());
        // Without the lock: a lane adds its deadlines while it holds its own.
        mutex_.unlock();
        first.lane->expire(first.sequence);
        mutex_.lock();
    }
    mutex_.unlock();
}

void Deadlines::stop() noexcept {
    {
        const base::MutexLock lock(mutex_);
        stopping_ = true;
        changed_.notifyOne();
    }
    thread_.join();
}

}  // namespace errand::rpc
