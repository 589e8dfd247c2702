// SPDX-License-Identifier: Apache-2.0
#include "rpc/solo.h"

#include "base/clock.h"

namespace errand::rpc {

bool Solo::enter(bool alone) {
    const base::MutexLock lock(mutex_);
    if (alone) return enterAlone();
    while ((alone_ || wanted_ > 0) && !closed_) changed_.wait(mutex_);
    if (!closed_) ++running_;
    return !closed_;
}

bool Solo::enterAlone() {
    const base::SteadyTime deadline = base::Clock::system().steady() + patience_;
    ++wanted_;
    bool inTime = true;
    while ((alone_ || running_ > 0) && inTime && !closed_) {
        inTime = changed_.waitUntil(mutex_, deadline);
    }
    inTime = inTime && !closed_;
    --wanted_;
    if (inTime) {
        alone_ = true;
    } else {
        // Another may be alone right now, and stays so.
        changed_.notifyAll();
    }
    return inTime;
}

void Solo::close() {
    const base::MutexLock lock(mutex_);
    closed_ = true;
    changed_.notifyAll();
}

void Solo::leave(bool alone) {
    const base::MutexLock lock(mutex_);
    if (alone) {
        alone_ = false;
    } else {
        --running_;
    }
    if (wanted_ > 0 || alone) changed_.notifyAll();
}

}  // namespace errand::rpc
