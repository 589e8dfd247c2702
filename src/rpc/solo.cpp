// SPDX-License-Identifier: Apache-2.0
#include "rpc/solo.h"

#include "base/clock.h"

namespace errand::rpc {

bool Solo::enter(bool alone) {
    const base::MutexLock lock(mutex_);
    if (alone) return enterAlone();
    while (alone_ || wanted_ > 0) changed_.wait(mutex_);
    ++running_;
    return true;
}

bool Solo::enterAlone() {
    const base::SteadyTime deadline = base::Clock::system().steady() + patience_;
    ++wanted_;
    bool inTime = true;
    while ((alone_ || running_ > 0) && inTime) inTime = changed_.waitUntil(mutex_, deadline);
    --wanted_;
    if (inTime) {
        alone_ = true;
    } else {
        // Another may be alone right now, and stays so.
        changed_.notifyAll();
    }
    return inTime;
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
