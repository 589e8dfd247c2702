// SPDX-License-Identifier: Apache-2.0
#include "jobs/admission.h"

#include "jobs/attempts.h"

namespace errand::jobs {

ClaimedJob firstClaim(Job job) {
    ClaimedJob claimed;
    // They are wanted for a notification alone.
    if (!job.notify.empty()) claimed.tags = toJsonArray(job.tags);
    claimed.sequence = job.sequence;
    claimed.id = job.id;
    claimed.claim = 1;
    claimed.attempt = job.attempt;
    claimed.maxAttempts = job.maxAttempts;
    claimed.service = std::move(job.service);
    claimed.method = std::move(job.method);
    claimed.arguments = std::move(job.arguments);
    claimed.timeout = job.timeout;
    claimed.createdAt = job.createdAt;
    claimed.runAt = job.runAt;
    claimed.expiresAt = job.expiresAt;
    claimed.priority = job.priority;
    claimed.trace = std::move(job.trace);
    claimed.submitter = std::move(job.submitter);
    claimed.notify = std::move(job.notify);
    return claimed;
}

void Admission::admit(Job& job) {
    Lane& lane = core_.lanes.of(job.service);
    const bool due = job.runAt <= job.createdAt;
    const bool expired = job.expiresAt && *job.expiresAt <= job.createdAt;
    if (due && !expired && core_.lanes.reserve(lane, job.createdAt)) {
        // Noted before the insert: should that throw, rolledBack gives the room back.
        admitted_.push_back({&lane, {}});
        admitted_.back().job.state = JobState::running;
        core_.jobs.submitAndClaim(job);
        admitted_.back().job = job;
    } else {
        core_.jobs.submit(job);
        // At once, so that one behind it in the same transaction does not overtake it. A roll-back
        // leaves it: the next claim finds nothing and clears it.
        if (due) lane.setBacklog(true);
        admitted_.push_back({&lane, job});
    }
}

void Admission::rolledBack() noexcept {
    for (const Admitted& admitted : admitted_) {
        if (admitted.job.state != JobState::running) continue;
        admitted.lane->giveRoom(1);
        core_.lanes.settleReservation();
    }
    admitted_.clear();
}

void Admission::committed() noexcept {
    for (Admitted& admitted : admitted_) {
        Job& job = admitted.job;
        admitted.lane->metrics().noteSubmitted();
        if (job.expiresAt && core_.timetable.nextExpiry.advance(*job.expiresAt)) {
            core_.timetable.ring();
        }
        if (job.state == JobState::running) {
            core_.attempts.start(firstClaim(std::move(job)), *admitted.lane, false);
            core_.lanes.settleReservation();
        } else {
            noteQueued(core_, *admitted.lane, job.runAt, job.runAt <= job.createdAt);
        }
    }
    admitted_.clear();
}

void noteQueued(Core& core, Lane& lane, base::Time runAt, bool counted) noexcept {
    if (counted) lane.addWaiting(1);
    if (lane.noteQueued(runAt, core.clock.now())) core.timetable.ring();
}

}  // namespace errand::jobs
