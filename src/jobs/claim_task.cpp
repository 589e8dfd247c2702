// SPDX-License-Identifier: Apache-2.0
#include "jobs/claim_task.h"

#include <Poco/Logger.h>

#include <algorithm>

#include "jobs/attempts.h"

namespace errand::jobs {

void ClaimTask::apply() {
    const base::Time now = core_.clock.now();
    jobs_.clear();
    next_.reset();
    looked_ = !lane_.paused();
    if (!looked_) return;
    jobs_ = core_.jobs.claim(lane_.service(), now, room_);
    if (static_cast<int>(jobs_.size()) < room_) {
        next_ = core_.agenda.nextRunAt(lane_.service(), now);
    }
}

void ClaimTask::committed() noexcept {
    const int claimed = static_cast<int>(jobs_.size());
    const bool empty = looked_ && claimed < room_;
    lane_.addWaiting(-std::count_if(jobs_.begin(), jobs_.end(),
                                    [](const ClaimedJob& job) { return job.counted(); }));
    if (empty) {
        lane_.resetWaiting(0);
        lane_.setBacklog(false);
        lane_.setNextRunAt(next_.value_or(base::Time::max()));
    }
    if (probe_ && claimed == 0) lane_.gate().returnProbe();
    for (ClaimedJob& job : jobs_) core_.attempts.start(std::move(job), lane_, probe_);
    lane_.giveRoom(room_ - claimed);
    lane_.returnClaim();
    core_.timetable.ring();
}

void ClaimTask::failed(const store::StoreError& error) noexcept {
    Poco::Logger::get("jobs").error("cannot claim jobs of %s: %s", lane_.service(),
                                    error.message());
    if (probe_) lane_.gate().returnProbe();
    lane_.giveRoom(room_);
    lane_.returnClaim();
}

void SuspectTask::apply() {
    job_.reset();
    // Whatever was handed over before this transaction must have ended.
    looked_ =
        core_.settings.callsSurvive() || (core_.attempts.active() == 0 && !core_.lanes.starting());
    if (!looked_) return;
    const base::Time now = core_.clock.now();
    job_ = core_.jobs.claimSuspect(now);
    next_ = core_.agenda.nextSuspect(now);
}

void SuspectTask::committed() noexcept {
    if (looked_) core_.timetable.nextSuspect.set(next_);
    if (job_) {
        Lane& lane = core_.lanes.of(job_->service);
        Poco::Logger::get("jobs").notice(
            "%s runs alone: it was at work when the process died, %d times so far",
            job_->id.toString(), job_->crashes);
        lane.giveRoom(-1);  // nothing else is in flight: there is room, but for hung methods
        core_.attempts.start(std::move(*job_), lane, false);
    }
    underWay_.store(false, std::memory_order_release);
    core_.timetable.ring();
}

void SuspectTask::failed(const store::StoreError& error) noexcept {
    Poco::Logger::get("jobs").error("cannot claim a job to run alone: %s", error.message());
    underWay_.store(false, std::memory_order_release);
}

}  // namespace errand::jobs
