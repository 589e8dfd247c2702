// SPDX-License-Identifier: Apache-2.0
#include "jobs/settlement.h"

#include "jobs/backoff.h"
#include "jobs/gate.h"

namespace errand::jobs {

namespace {

using Arrow = Settlement::Arrow;
using GateIs = Settlement::Gate;

// What a method throws that looked at Context::cancelled() and stopped.
constexpr auto cancelledType = "Cancelled";

std::string seconds(std::chrono::milliseconds time) {
    std::string text = std::to_string(time.count() / 1000);
    if (time.count() % 1000 != 0) {
        text += '.' + std::to_string(1000 + time.count() % 1000).substr(1);
    }
    return text + " s";
}

rpc::RetryPolicy policyOf(const ClaimedJob& job, const rpc::Catalogue& catalogue) {
    const rpc::Method* method = catalogue.find(job.service, job.method);
    return method == nullptr ? rpc::RetryPolicy{} : method->policy;
}

Settlement simple(Arrow arrow) {
    Settlement settlement;
    settlement.arrow = arrow;
    return settlement;
}

// The attempt failed and it was not the job's last word.
Settlement tryLater(const ClaimedJob& job, rpc::ErrorReply error,
                    std::optional<std::chrono::milliseconds> after, const Circumstances& now,
                    const rpc::Catalogue& catalogue) {
    if (job.attempt >= job.maxAttempts) return failedByErrand(job, std::move(error), catalogue);
    Settlement settlement = simple(Arrow::retryLater);
    settlement.error = std::move(error);
    settlement.runAt =
        now.now + after.value_or(backoff(policyOf(job, catalogue), job.attempt, now.dice));
    return settlement;
}

Settlement timedOut(const ClaimedJob& job, const Circumstances& now,
                    const rpc::Catalogue& catalogue) {
    return tryLater(job, {"Timeout", "not finished within " + seconds(job.timeout)}, std::nullopt,
                    now, catalogue);
}

// Due as before, to go in its turn once the gate opens. A probe goes to the end of the line, so
// that another is the next: it may be this one alone over which the service breaks. One that must
// run alone waits instead: were it due, no other service would hand over a job until it is done.
base::Time dueAgain(const ClaimedJob& job, const Circumstances& now) {
    if (job.crashes > 0) return now.now + Gate::longestPause;
    return now.probe ? now.now : job.runAt;
}

// The service could not take it: the job is as it was, and the gate closes.
Settlement notDelivered(const ClaimedJob& job, const Circumstances& now, GateIs gate) {
    if (now.cancelRequested) return simple(Arrow::cancelled);
    Settlement settlement = simple(Arrow::undelivered);
    settlement.runAt = gate == GateIs::closes ? dueAgain(job, now) : job.runAt;
    settlement.gate = gate;
    return settlement;
}

// A service of the catalogue will be there some day; another may be misspelt.
Settlement onUnknownService(const ClaimedJob& job, const Circumstances& now,
                            const rpc::Catalogue& catalogue) {
    if (catalogue.find(job.service) != nullptr || !now.graceOver) {
        return notDelivered(job, now, GateIs::closes);
    }
    Settlement settlement = failedByErrand(
        job, {"UnknownService", "no service '" + job.service + "' is known here"}, catalogue);
    // The others need not wait for probes: they find it out by themselves.
    settlement.gate = GateIs::opens;
    return settlement;
}

Settlement onTryAgain(const ClaimedJob& job, const rpc::TryAgainReply& again,
                      const Circumstances& now, const rpc::Catalogue& catalogue) {
    const bool wholeService = again.scope == rpc::Scope::service;
    Settlement settlement;
    if (now.cancelRequested) {
        settlement = simple(Arrow::cancelled);
    } else if (wholeService) {
        settlement = simple(Arrow::retryLater);
        settlement.error = {"TryAgain", again.reason};
        settlement.runAt = dueAgain(job, now);
        settlement.attemptUsed = false;
    } else if (now.timedOut) {
        settlement = timedOut(job, now, catalogue);
    } else {
        settlement = tryLater(job, {"TryAgain", again.reason}, again.after, now, catalogue);
    }
    settlement.gate = wholeService ? GateIs::closes : GateIs::opens;
    if (wholeService) settlement.gatePause = again.after;
    return settlement;
}

Settlement onReply(const ClaimedJob& job, rpc::Reply reply, const Circumstances& now,
                   const rpc::Catalogue& catalogue) {
    if (const auto* again = reply.tryAgain()) return onTryAgain(job, *again, now, catalogue);
    const auto* error = reply.error();
    if (error != nullptr && error->type == cancelledType) {
        // It says nothing of the service: the gate stays as it is.
        if (now.cancelRequested) return simple(Arrow::cancelled);
        if (now.timedOut) return timedOut(job, now, catalogue);
    }
    Settlement settlement;
    if (error != nullptr) {
        settlement = simple(Arrow::fail);
        settlement.error = *error;
        settlement.casts = std::move(reply.casts);
    } else {
        settlement = simple(Arrow::succeed);
        settlement.result = reply.result()->json;
        settlement.casts = std::move(reply.casts);
    }
    settlement.gate = GateIs::opens;
    return settlement;
}

}  // namespace

Settlement failedByErrand(const ClaimedJob& job, rpc::ErrorReply error,
                          const rpc::Catalogue& catalogue) {
    Settlement settlement = simple(Arrow::fail);
    settlement.casts = catalogue.failureCasts(job.service, job.method, job.arguments, error);
    settlement.error = std::move(error);
    return settlement;
}

Settlement settle(const ClaimedJob& job, rpc::End end, const Circumstances& circumstances,
                  const rpc::Catalogue& catalogue) {
    switch (end.kind) {
        case rpc::End::Kind::reply:
            return onReply(job, std::move(end.reply), circumstances, catalogue);
        case rpc::End::Kind::timeout:
            if (circumstances.cancelRequested) return simple(Arrow::cancelled);
            return timedOut(job, circumstances, catalogue);
        case rpc::End::Kind::unavailable:
            return notDelivered(job, circumstances, GateIs::closes);
        case rpc::End::Kind::overdue:
            return notDelivered(job, circumstances, GateIs::asItIs);
        case rpc::End::Kind::unknownService:
            return onUnknownService(job, circumstances, catalogue);
        case rpc::End::Kind::lost:
            return settleLost(job, job.crashes > 0, circumstances, catalogue);
        case rpc::End::Kind::detached:
            if (circumstances.callsSurvive) return simple(Arrow::leaveRunning);
            return notDelivered(job, circumstances, GateIs::asItIs);
    }
    return simple(Arrow::leaveRunning);
}

Settlement settleLost(const ClaimedJob& job, bool alone, const Circumstances& circumstances,
                      const rpc::Catalogue& catalogue) {
    if (circumstances.cancelRequested) return simple(Arrow::cancelled);
    const int crashes = job.loneCrashes + 1;
    if (alone && crashes >= circumstances.maxCrashes) {
        return failedByErrand(job,
                              {"NodeLost", "the process died " + std::to_string(crashes) +
                                               " times while this job ran alone"},
                              catalogue);
    }
    Settlement settlement = simple(Arrow::lost);
    settlement.runAt = job.runAt;
    settlement.alone = alone;
    return settlement;
}

Settlement settleHung(const ClaimedJob& job, const Circumstances& circumstances,
                      const rpc::Catalogue& catalogue) {
    if (circumstances.cancelRequested) return simple(Arrow::cancelled);
    return failedByErrand(
        job, {"Timeout", "not finished within " + seconds(job.timeout) + ", and did not stop"},
        catalogue);
}

}  // namespace errand::jobs
