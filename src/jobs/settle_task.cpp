// SPDX-License-Identifier: Apache-2.0
#include "jobs/settle_task.h"

#include "jobs/attempts.h"
#include "jobs/log.h"
#include "jobs/new_job.h"
#include "jobs/notification.h"

namespace errand::jobs {

namespace {

void logOutcome(const Outcome& outcome, bool requeued) {
    const ClaimedJob& job = outcome.job;
    const Settlement& settlement = outcome.settlement;
    const bool passing = requeued && !settlement.error.type.empty();
    if (settlement.arrow == Settlement::Arrow::fail) {
        log(Poco::Message::PRIO_WARNING,
            job.id.toString() + " failed: " + settlement.error.type + ": " +
                settlement.error.message,
            job.trace);
    } else if (settlement.arrow == Settlement::Arrow::lost) {
        log(Poco::Message::PRIO_NOTICE, job.id.toString() + ": the process that ran it died",
            job.trace);
    } else if (passing) {
        log(Poco::Message::PRIO_INFORMATION,
            job.id.toString() + " will be tried again after attempt " +
                std::to_string(job.attempt) + " of " + std::to_string(job.maxAttempts) + ": " +
                settlement.error.message,
            job.trace);
    } else if (logger().debug()) {
        log(Poco::Message::PRIO_DEBUG,
            job.id.toString() + " attempt " + std::to_string(job.attempt) + " ended", job.trace);
    }
}

}  // namespace

void SettleTask::apply() {
    changed_ = changeState();
    if (!changed_) return;
    settledAt_ = core_.clock.now();
    const base::Time now = settledAt_;
    for (const rpc::Cast& cast : outcome_->settlement.casts) {
        Job child = makeChild(core_, cast, outcome_->job, now);
        admission_.admit(child);
    }
    if (!requeued_) notify(now);
}

// REQUIRES that the job has ended.
void SettleTask::notify(base::Time now) {
    const Settlement& settlement = outcome_->settlement;
    Ending ending;
    ending.state = JobState::cancelled;
    if (settlement.arrow == Settlement::Arrow::succeed) ending.state = JobState::succeeded;
    if (settlement.arrow == Settlement::Arrow::fail) ending.state = JobState::failed;
    ending.result = settlement.result;
    ending.error = settlement.error;
    ending.startedAt = outcome_->startedAt;
    ending.finishedAt = now;
    if (auto job = makeNotification(core_, outcome_->job, ending)) admission_.admit(*job);
}

bool SettleTask::changeState() {
    requeued_ = false;
    const Settlement& settlement = outcome_->settlement;
    const JobStore::Settled settled{outcome_->job.sequence, outcome_->job.claim,
                                    outcome_->startedAt, core_.clock.now()};
    switch (settlement.arrow) {
        case Settlement::Arrow::succeed:
            return core_.jobs.succeed(settled, settlement.result);
        case Settlement::Arrow::fail:
            return core_.jobs.fail(settled, settlement.error);
        case Settlement::Arrow::retryLater:
            return requeueOrCancel(core_.jobs.retryLater(settled, settlement.error,
                                                         settlement.runAt, settlement.attemptUsed),
                                   settled);
        case Settlement::Arrow::undelivered:
            return requeueOrCancel(core_.jobs.undelivered(settled, settlement.runAt), settled);
        case Settlement::Arrow::lost:
            return requeueOrCancel(core_.jobs.lost(settled, settlement.alone), settled);
        case Settlement::Arrow::cancelled:
            return core_.jobs.cancelled(settled);
        case Settlement::Arrow::leaveRunning:
            return false;
    }
    return false;
}

// A job whose cancel was asked for while its end was on the way here does not go back to the queue.
bool SettleTask::requeueOrCancel(bool requeued, const JobStore::Settled& settled) {
    requeued_ = requeued;
    return requeued || core_.jobs.cancelled(settled);
}

void SettleTask::committed() noexcept {
    const ClaimedJob& job = outcome_->job;
    if (!changed_) {
        logger().debug("%s: a late outcome of claim %Ld changed nothing", job.id.toString(),
                       static_cast<Poco::Int64>(job.claim));
    } else {
        logOutcome(*outcome_, requeued_);
        outcome_->lane->metrics().noteEnded(job, outcome_->settlement.arrow, requeued_,
                                            outcome_->startedAt, settledAt_);
    }
    const bool lost = outcome_->settlement.arrow == Settlement::Arrow::lost;
    if (requeued_ && (job.crashes > 0 || lost)) {
        const base::Time next = outcome_->settlement.runAt;
        if (core_.timetable.nextSuspect.advance(next)) core_.timetable.ring();
    } else if (requeued_) {
        const bool counted = job.counted() && outcome_->settlement.runAt == job.runAt;
        noteQueued(core_, *outcome_->lane, outcome_->settlement.runAt, counted);
    }
    // While it ran nobody watched over its expiry.
    if (requeued_ && job.expiresAt && core_.timetable.nextExpiry.advance(*job.expiresAt)) {
        core_.timetable.ring();
    }
    admission_.committed();
    if (outcome_->acknowledge) outcome_->acknowledge();
}

void SettleTask::failed(const store::StoreError& error) noexcept {
    logger().error("%s: its outcome is not on disk yet: %s", outcome_->job.id.toString(),
                   error.message());
    core_.attempts.keep(std::move(outcome_));
}

}  // namespace errand::jobs
