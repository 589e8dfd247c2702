// SPDX-License-Identifier: Apache-2.0
#include "jobs/dispatcher.h"

#include <algorithm>

#include "base/semaphore.h"
#include "jobs/attempts.h"
#include "jobs/claim_task.h"
#include "jobs/expire_task.h"
#include "jobs/note_task.h"

namespace errand::jobs {

namespace {

// At least once a second everything is looked at: the wall clock may have been set, and what the
// store refused is due again.
constexpr std::chrono::seconds longestSleep{1};

// A claim takes at most so many jobs, so that its commit stays short for the submits beside it.
constexpr int mostClaimed = 1000;

// Tells when all that the writer had before is done.
class Behind : public store::Task {
public:
    explicit Behind(base::Semaphore& done) : done_(done) {}
    void apply() override {}
    void committed() noexcept override { done_.release(); }
    void failed(const store::StoreError&) noexcept override { done_.release(); }

private:
    base::Semaphore& done_;
};

// The steady time at which the wall clock will show `time`, within what is worth sleeping.
base::SteadyTime toSteady(base::Time time, base::Time now, base::SteadyTime steady) {
    if (time <= now) return steady;
    return steady + std::min<std::chrono::microseconds>(time - now, longestSleep);
}

}  // namespace

void Dispatcher::start() {
    started_ = true;
    core_.lanes.setOpen(true);
    worker_.start([this] { run(); });
}

void Dispatcher::stop() noexcept {
    stopping_.store(true);
    core_.lanes.setOpen(false);
    core_.timetable.ring();
    worker_.join();
    core_.lanes.setOpen(false);  // the last tick may have opened them
    if (started_) awaitClaims();
    started_ = false;
}

// A claim that committed only after the transport has closed would leave its jobs running: their
// ends would come when the writer takes no more.
void Dispatcher::awaitClaims() noexcept {
    base::Semaphore done;
    if (core_.writer.enqueue(std::make_unique<Behind>(done))) done.acquire();
}

void Dispatcher::run() {
    while (!stopping_.load()) core_.timetable.wait(tick());
}

// Does what is due and returns when to come back.
base::SteadyTime Dispatcher::tick() {
    const base::SteadyTime steady = core_.clock.steady();
    const base::Time now = core_.clock.now();
    base::SteadyTime next = std::min(steady + longestSleep, core_.attempts.look(steady));
    if (!core_.writer.healthy()) core_.writer.enqueue(std::make_unique<TouchTask>(core_));
    next = std::min(next, runSuspects(steady, now));
    next = std::min(next, expire(steady, now));
    next = std::min(next, retention_.due(steady));
    for (Lane* lane : core_.lanes.all()) lane->measure(steady);
    for (Lane* lane : core_.lanes.all()) next = std::min(next, serve(*lane, steady, now));
    return next;
}

base::SteadyTime Dispatcher::serve(Lane& lane, base::SteadyTime steady, base::Time now) {
    if (lane.nextRunAt() <= now) lane.setBacklog(true);
    if (lane.paused()) return steady + longestSleep;
    if (!lane.backlog()) return toSteady(lane.nextRunAt(), now, steady);
    if (!core_.lanes.open() || lane.claiming()) return steady + longestSleep;
    if (lane.gate().closed()) return probe(lane, steady);
    if (lane.roomy()) claim(lane);
    return steady + longestSleep;
}

void Dispatcher::claim(Lane& lane) {
    if (!lane.takeClaim()) return;
    const int room = lane.takeRoom(mostClaimed);
    const bool sent =
        room > 0 && core_.writer.enqueue(std::make_unique<ClaimTask>(core_, lane, room, false));
    if (sent) return;
    lane.giveRoom(room);
    lane.returnClaim();
}

base::SteadyTime Dispatcher::probe(Lane& lane, base::SteadyTime steady) {
    if (!lane.gate().takeProbe(steady)) {
        return std::min(lane.gate().nextProbe().value_or(steady + longestSleep),
                        steady + longestSleep);
    }
    const bool room = lane.takeRoom(1) == 1;
    if (room && lane.takeClaim() &&
        core_.writer.enqueue(std::make_unique<ClaimTask>(core_, lane, 1, true))) {
        return steady + longestSleep;
    }
    if (room) lane.giveRoom(1);
    lane.gate().returnProbe();
    return steady + longestSleep;
}

// A job that was at work when a process died runs with nothing else begun: no lane hands over while
// it is due, and it starts when all that is under way has ended or been given up.
base::SteadyTime Dispatcher::runSuspects(base::SteadyTime steady, base::Time now) {
    const base::Time due = core_.timetable.nextSuspect.at();
    // Elsewhere the process that runs it keeps the others away from it.
    if (core_.settings.callsSurvive()) {
        if (due > now) return toSteady(due, now, steady);
        if (!suspectUnderWay_.exchange(true, std::memory_order_acq_rel)) {
            core_.writer.enqueue(std::make_unique<SuspectTask>(core_, suspectUnderWay_));
        }
        return steady + longestSleep;
    }
    if (due > now && !suspectUnderWay_.load(std::memory_order_acquire) &&
        !core_.attempts.loneActive()) {
        if (!core_.lanes.open() && !stopping_.load()) core_.lanes.setOpen(true);
        return toSteady(due, now, steady);
    }
    core_.lanes.setOpen(false);
    if (due <= now && core_.attempts.active() == 0 &&
        !suspectUnderWay_.exchange(true, std::memory_order_acq_rel)) {
        core_.writer.enqueue(std::make_unique<SuspectTask>(core_, suspectUnderWay_));
    }
    return steady + longestSleep;
}

base::SteadyTime Dispatcher::expire(base::SteadyTime steady, base::Time now) {
    const base::Time due = core_.timetable.nextExpiry.at();
    if (due <= now && !expiryUnderWay_.exchange(true, std::memory_order_acq_rel)) {
        core_.writer.enqueue(std::make_unique<ExpireTask>(core_, expiryUnderWay_));
    }
    if (due <= now) return steady + longestSleep;
    return toSteady(due, now, steady);
}

}  // namespace errand::jobs
