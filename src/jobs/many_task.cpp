// SPDX-License-Identifier: Apache-2.0
#include "jobs/many_task.h"

#include "jobs/attempts.h"
#include "jobs/log.h"

namespace errand::jobs {

int attemptsOf(const Core& core, const Job& job) {
    const rpc::Method* method = core.catalogue.find(job.service, job.method);
    return (method == nullptr ? rpc::RetryPolicy{} : method->policy).maxAttempts;
}

void RetryManyTask::apply() {
    const base::Time now = core_.clock.now();
    Many& answer = waiter_.answer.emplace();
    queued_.clear();
    for (const Job& job : jobs_) {
        if (core_.jobs.retry(job.id, attemptsOf(core_, job), now)) queued_.push_back(&job);
    }
    answer.changed = static_cast<std::int64_t>(queued_.size());
    answer.left = static_cast<std::int64_t>(jobs_.size()) - answer.changed;
}

void RetryManyTask::committed() noexcept {
    const base::Time now = core_.clock.now();
    for (const Job* job : queued_) {
        noteQueued(core_, core_.lanes.of(job->service), now, false);
        if (job->expiresAt && core_.timetable.nextExpiry.advance(*job->expiresAt)) {
            core_.timetable.ring();
        }
    }
    waiter_.done.release();
}

void RetryManyTask::failed(const store::StoreError& error) noexcept {
    logger().error("a retry of many jobs could not be stored: %s", error.message());
    waiter_.answer.reset();
    waiter_.done.release();
}

void EraseManyTask::apply() {
    Many& answer = waiter_.answer.emplace();
    for (const Job& job : jobs_) ++(core_.jobs.erase(job.sequence) ? answer.changed : answer.left);
}

void EraseManyTask::failed(const store::StoreError& error) noexcept {
    logger().error("jobs could not be deleted: %s", error.message());
    waiter_.answer.reset();
    waiter_.done.release();
}

void PauseTask::apply() {
    core_.jobs.setPaused(lane_.service(), paused_);
    nextSuspect_ = core_.agenda.nextSuspect(core_.clock.now());
}

void PauseTask::committed() noexcept {
    lane_.setPaused(paused_);
    // What came meanwhile waits on disk, and may be due.
    if (!paused_) lane_.setBacklog(true);
    core_.timetable.nextSuspect.set(nextSuspect_);
    core_.timetable.ring();
    logger().notice("service %s is %s", lane_.service(),
                    std::string(paused_ ? "paused" : "resumed"));
    waiter_.answer = true;
    waiter_.done.release();
}

void PauseTask::failed(const store::StoreError& error) noexcept {
    logger().error("%s: its pause could not be stored: %s", lane_.service(), error.message());
    waiter_.answer = false;
    waiter_.done.release();
}

}  // namespace errand::jobs
