// SPDX-License-Identifier: Apache-2.0
#include "jobs/timetable.h"

namespace errand::jobs {

void Timetable::ring() {
    {
        const base::MutexLock lock(mutex_);
        if (rung_) return;
        rung_ = true;
    }
    bell_.notifyOne();
}

void Timetable::wait(base::SteadyTime deadline) {
    const base::MutexLock lock(mutex_);
    while (!rung_) {
        if (!bell_.waitUntil(mutex_, deadline)) break;
    }
    rung_ = false;
}

}  // namespace errand::jobs
