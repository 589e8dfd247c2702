// SPDX-License-Identifier: Apache-2.0
#include "jobs/attempts.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <random>

#include "jobs/note_task.h"
#include "jobs/settle_task.h"

namespace errand::jobs {

namespace {

// A method that has run so long gets its started_at written while it runs; most are done before.
constexpr std::chrono::milliseconds noteAfter{100};

// Nothing waits longer than this to be looked at: outcomes to write again, clocks that were set.
constexpr std::chrono::seconds longestLook{1};

Poco::Logger& logger() {
    static Poco::Logger& jobs = Poco::Logger::get("jobs");
    return jobs;
}

double throwDice() {
    thread_local std::minstd_rand random{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(random);
}

std::string callId(const ClaimedJob& job) {
    return job.id.toString() + '.' + std::to_string(job.claim);
}

}  // namespace

void Attempt::begun() noexcept {
    owner.begun(*this);
}

void Attempt::ended(rpc::End end) noexcept {
    owner.ended(*this, std::move(end));
}

Attempts::Attempts(Core& core) : core_(core) {}

Attempts::~Attempts() = default;

void Attempts::open(rpc::Transport& transport, bool callsSurvive) {
    transport_ = &transport;
    callsSurvive_ = callsSurvive;
}

void Attempts::start(ClaimedJob job, Lane& lane, bool probe) noexcept {
    rpc::Call call;
    call.id = callId(job);
    call.service = job.service;
    call.method = job.method;
    call.arguments = job.arguments;
    call.job = rpc::JobHeader{job.id, job.claim, job.attempt};
    call.timeout = job.timeout;
    Attempt* attempt = nullptr;
    {
        const base::MutexLock lock(mutex_);
        table_.emplace_back(*this, std::move(job), lane, probe);
        attempt = &table_.back();
        attempt->place = std::prev(table_.end());
        ++active_;
        if (attempt->job.crashes > 0) ++lone_;
    }
    transport_->call(std::move(call), *attempt);
}

void Attempts::begun(Attempt& attempt) noexcept {
    const std::size_t mark = core_.marks.set(attempt.job.id);
    const base::SteadyTime now = core_.clock.steady();
    bool sooner = false;
    {
        const base::MutexLock lock(mutex_);
        attempt.mark = mark;
        attempt.startedAt = core_.clock.now();
        attempt.askAt = now + attempt.job.timeout;
        const base::SteadyTime wanted = std::min(attempt.askAt, now + noteAfter);
        sooner = wanted < nextLook_;
        if (sooner) nextLook_ = wanted;
    }
    if (sooner) core_.timetable.ring();
}

void Attempts::ended(Attempt& attempt, rpc::End end) noexcept {
    std::list<Attempt> done;
    Circumstances how;
    {
        const base::MutexLock lock(mutex_);
        done.splice(done.end(), table_, attempt.place);
        how = circumstances(attempt);
        if (!attempt.hung) --active_;
        if (!attempt.hung && attempt.job.crashes > 0) --lone_;
    }
    core_.marks.clear(attempt.mark);
    Lane& lane = attempt.lane;
    if (attempt.hung) {
        logger().warning("%s: a method that had been given up has returned",
                         attempt.job.id.toString());
    } else {
        auto outcome = std::make_unique<Outcome>();
        outcome->acknowledge = std::move(end.acknowledge);
        outcome->settlement = jobs::settle(attempt.job, std::move(end), how, core_.catalogue);
        noteGate(attempt, outcome->settlement);
        outcome->job = std::move(attempt.job);
        outcome->startedAt = attempt.startedAt;
        outcome->lane = &lane;
        settle(std::move(outcome));
    }
    lane.giveRoom(1);
    const bool wanted = lane.backlog() && !lane.claiming() && lane.roomy();
    if (wanted || !core_.lanes.open()) core_.timetable.ring();
}

void Attempts::noteGate(Attempt& attempt, const Settlement& settlement) {
    Gate& gate = attempt.lane.gate();
    const std::string& service = attempt.lane.service();
    switch (settlement.gate) {
        case Settlement::Gate::opens:
            if (!gate.closed() || !gate.open()) return;
            logger().notice("%s works again", service);
            core_.timetable.ring();
            return;
        case Settlement::Gate::closes:
            if (gate.close(core_.clock.steady(), settlement.gatePause, attempt.probe)) {
                logger().warning("%s cannot work now, its jobs wait: %s", service,
                                 settlement.error.message.empty() ? "nobody serves it"
                                                                  : settlement.error.message);
            }
            core_.timetable.ring();
            return;
        case Settlement::Gate::asItIs:
            if (attempt.probe && attempt.startedAt) gate.failProbe(core_.clock.steady());
            if (attempt.probe && !attempt.startedAt) gate.returnProbe();
            return;
    }
}

void Attempts::requestCancel(const base::Id& job) noexcept {
    std::optional<std::string> asked;
    {
        const base::MutexLock lock(mutex_);
        for (Attempt& attempt : table_) {
            if (attempt.job.id != job || attempt.hung) continue;
            attempt.cancelRequested = true;
            if (!attempt.giveUpAt) {
                attempt.giveUpAt = core_.clock.steady() + core_.settings.cancelGrace;
            }
            asked = callId(attempt.job);
        }
    }
    if (!asked) return;
    transport_->cancel(*asked);
    core_.timetable.ring();
}

base::SteadyTime Attempts::look(base::SteadyTime now) {
    Findings found{std::make_unique<NoteTask>(core_), {}, {}, now + longestLook};
    {
        const base::MutexLock lock(mutex_);
        found.outcomes.swap(unwritten_);
        for (Attempt& attempt : table_) {
            if (!attempt.hung) lookAt(attempt, now, found);
        }
        nextLook_ = found.next;
    }
    for (const std::string& call : found.asked) transport_->cancel(call);
    if (!found.notes->empty()) core_.writer.enqueue(std::move(found.notes));
    for (auto& outcome : found.outcomes) settle(std::move(outcome));
    return found.next;
}

void Attempts::lookAt(Attempt& attempt, base::SteadyTime now, Findings& found) {
    const bool running = attempt.startedAt.has_value();
    if (running && !attempt.noted) {
        const auto left = *attempt.startedAt + noteAfter - core_.clock.now();
        attempt.noted = left <= left.zero();
        if (attempt.noted) {
            found.notes->add(attempt.job.sequence, attempt.job.claim, *attempt.startedAt);
        } else {
            found.next = std::min(found.next, now + left);
        }
    }
    if (running && !attempt.giveUpAt && attempt.askAt <= now) {
        attempt.timedOut = true;
        attempt.giveUpAt = now + core_.settings.cancelGrace;
        found.asked.push_back(callId(attempt.job));
    }
    if (attempt.giveUpAt && *attempt.giveUpAt <= now) {
        found.outcomes.push_back(giveUp(attempt));
    } else if (attempt.giveUpAt) {
        found.next = std::min(found.next, *attempt.giveUpAt);
    } else if (running) {
        found.next = std::min(found.next, attempt.askAt);
    }
}

// Its worker is lost until the method returns; the place in the lane goes with it.
std::unique_ptr<Outcome> Attempts::giveUp(Attempt& attempt) {
    attempt.hung = true;
    // Else no probe would follow until the method returns.
    if (attempt.probe) attempt.lane.gate().failProbe(core_.clock.steady());
    --active_;
    if (attempt.job.crashes > 0) --lone_;
    auto outcome = std::make_unique<Outcome>();
    outcome->job = attempt.job;
    outcome->settlement = settleHung(attempt.job, circumstances(attempt), core_.catalogue);
    outcome->startedAt = attempt.startedAt;
    outcome->lane = &attempt.lane;
    return outcome;
}

Circumstances Attempts::circumstances(const Attempt& attempt) const {
    return {attempt.timedOut, attempt.cancelRequested,
            callsSurvive_,    core_.clock.now(),
            throwDice(),      attempt.probe};
}

int Attempts::active() const {
    const base::MutexLock lock(mutex_);
    return active_;
}

bool Attempts::loneActive() const {
    const base::MutexLock lock(mutex_);
    return lone_ > 0;
}

void Attempts::settle(std::unique_ptr<Outcome> outcome) noexcept {
    if (outcome->settlement.arrow == Settlement::Arrow::leaveRunning) return;
    core_.writer.enqueue(std::make_unique<SettleTask>(core_, std::move(outcome)));
}

void Attempts::keep(std::unique_ptr<Outcome> outcome) noexcept {
    const base::MutexLock lock(mutex_);
    unwritten_.push_back(std::move(outcome));
}

}  // namespace errand::jobs
