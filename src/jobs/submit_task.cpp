// SPDX-License-Identifier: Apache-2.0
#include "jobs/submit_task.h"

#include <algorithm>

#include "jobs/attempts.h"
#include "jobs/log.h"
#include "jobs/notification.h"

namespace errand::jobs {

// Whether the key says that this is no new submit; then the answer is there.
bool SubmitTask::repeats() {
    const base::Time since = core_.clock.now() - core_.settings.idempotencyWindow;
    const std::optional<Keys::Use> use = core_.keys.find(key_->key, since);
    if (!use) return false;
    if (use->fingerprint != key_->fingerprint) {
        waiter_.answer.refusal = Refusal::keyReused;
        return true;
    }
    waiter_.answer.replayed = true;
    waiter_.answer.jobs.assign(use->jobs.size(), {});
    for (std::size_t i = 0; i < use->jobs.size(); ++i) waiter_.answer.jobs[i].id = use->jobs[i];
    return true;
}

void SubmitTask::apply() {
    if (key_ && repeats()) return;
    std::vector<Job>& jobs = waiter_.answer.jobs;
    if (jobs.empty()) return;
    const auto due = std::count_if(jobs.begin(), jobs.end(), [](const Job& job) {
        return job.runAt <= job.createdAt && Lanes::counts(job.service);
    });
    const std::int64_t waiting = core_.lanes.waiting();
    waiter_.answer.refusal = Refusal::none;
    if (due > 0 && waiting > 0 && waiting + due > core_.settings.maxQueued) {
        waiter_.answer.refusal = Refusal::queueFull;
        return;
    }
    for (Job& job : jobs) {
        if (!named_ || !core_.jobs.exists(job.id)) admission_.admit(job);
    }
    if (key_) core_.keys.note(*key_, jobs, core_.clock.now());
}

void SubmitTask::committed() noexcept {
    const Submission& answer = waiter_.answer;
    if (logger().debug()) {
        for (const Job& job : answer.jobs) {
            logger().debug("%s accepted: %s.%s", job.id.toString(), job.service, job.method);
        }
    }
    // The caller first: it has its answer to write while the job begins.
    waiter_.done.release();
    admission_.committed();
}

void SubmitTask::failed(const store::StoreError& error) noexcept {
    const bool full = error.trouble() == store::Trouble::diskFull;
    waiter_.answer.refusal = full ? Refusal::diskFull : Refusal::unavailable;
    logger().error("a submit could not be stored: %s", error.message());
    waiter_.done.release();
}

void CancelTask::apply() {
    const base::Time now = core_.clock.now();
    if (core_.jobs.cancel(id_, now)) {
        waiter_.answer = Change::done;
        const Ending ending{JobState::cancelled, {}, {}, std::nullopt, now};
        if (auto told = makeNotification(core_, firstClaim(job_), ending)) admission_.admit(*told);
    } else if (core_.jobs.requestCancel(id_)) {
        waiter_.answer = Change::asked;
    } else {
        waiter_.answer = Change::refused;
    }
}

void CancelTask::committed() noexcept {
    const bool asked = waiter_.answer == Change::asked;
    const bool counted = waiter_.answer == Change::done && job_.runAt <= job_.createdAt;
    if (counted) core_.lanes.of(job_.service).addWaiting(-1);
    waiter_.done.release();
    admission_.committed();
    if (asked) core_.attempts.requestCancel(id_);
}

void CancelTask::failed(const store::StoreError& error) noexcept {
    logger().error("%s: its cancel could not be stored: %s", id_.toString(), error.message());
    waiter_.answer = Change::unavailable;
    waiter_.done.release();
}

void RetryTask::apply() {
    const bool queued = core_.jobs.retry(job_.id, attempts_, core_.clock.now());
    waiter_.answer = queued ? Change::done : Change::refused;
}

void RetryTask::committed() noexcept {
    if (waiter_.answer == Change::done) {
        Lane& lane = core_.lanes.of(job_.service);
        noteQueued(core_, lane, core_.clock.now(), false);
        if (job_.expiresAt && core_.timetable.nextExpiry.advance(*job_.expiresAt)) {
            core_.timetable.ring();
        }
    }
    waiter_.done.release();
}

void RetryTask::failed(const store::StoreError& error) noexcept {
    logger().error("%s: its retry could not be stored: %s", job_.id.toString(), error.message());
    waiter_.answer = Change::unavailable;
    waiter_.done.release();
}

}  // namespace errand::jobs
