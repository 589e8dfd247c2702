// SPDX-License-Identifier: Apache-2.0
#include "jobs/expire_task.h"

#include <Poco/Logger.h>

#include "jobs/new_job.h"
#include "jobs/notification.h"
#include "jobs/settlement.h"

namespace errand::jobs {

namespace {
// A batch short enough not to keep submits waiting; the rest follows at once.
constexpr int batch = 200;
}  // namespace

void ExpireTask::apply() {
    const base::Time now = core_.clock.now();
    expired_ = core_.agenda.expired(now, batch);
    for (const ClaimedJob& job : expired_) {
        const Settlement settlement = failedByErrand(
            job, {"Expired", "not begun before its expires_at passed"}, core_.catalogue);
        if (!core_.jobs.expire(job.sequence, settlement.error, now)) continue;
        for (const rpc::Cast& cast : settlement.casts) {
            Job child = makeChild(core_, cast, job, now);
            admission_.admit(child);
        }
        const Ending ending{JobState::failed, {}, settlement.error, std::nullopt, now};
        if (auto told = makeNotification(core_, job, ending)) admission_.admit(*told);
    }
    next_ = core_.agenda.nextExpiry();
}

void ExpireTask::committed() noexcept {
    for (const ClaimedJob& job : expired_) {
        Poco::Logger::get("jobs").warning("%s failed: Expired", job.id.toString());
        if (job.counted()) core_.lanes.of(job.service).addWaiting(-1);
    }
    core_.timetable.nextExpiry.set(next_);
    admission_.committed();
    underWay_.store(false, std::memory_order_release);
    core_.timetable.ring();
}

void ExpireTask::failed(const store::StoreError& error) noexcept {
    Poco::Logger::get("jobs").error("cannot expire jobs: %s", error.message());
    underWay_.store(false, std::memory_order_release);
}

}  // namespace errand::jobs
