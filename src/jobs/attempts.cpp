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
        sooner = attempt.askAt < nextLook_;
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
            if (attempt.probe) gate.returnProbe();
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
    std::vector<std::string> asked;
    std::vector<std::unique_ptr<Outcome>> outcomes;
    auto notes = std::make_unique<NoteTask>(core_);
    base::SteadyTime next = now + longestLook;
    {
        const base::MutexLock lock(mutex_);
        outcomes.swap(unwritten_);
        const base::Time noteBefore = core_.clock.now() - noteAfter;
        for (Attempt& attempt : table_) {
            if (attempt.hung) continue;
            if (attempt.startedAt && !attempt.giveUpAt && attempt.askAt <= now) {
                attempt.timedOut = true;
                attempt.giveUpAt = now + core_.settings.cancelGrace;
                asked.push_back(callId(attempt.job));
            }
            if (attempt.startedAt && !attempt.noted && *attempt.startedAt <= noteBefore) {
                attempt.noted = true;
                notes->add(attempt.job.sequence, attempt.job.claim, *attempt.startedAt);
            }
            if (attempt.giveUpAt && *attempt.giveUpAt <= now) {
                attempt.hung = true;
                --active_;
                if (attempt.job.crashes > 0) --lone_;
                outcomes.push_back(std::make_unique<Outcome>(
                    Outcome{attempt.job,
                            settleHung(attempt.job, circumstances(attempt), core_.catalogue),
                            attempt.startedAt,
                            &attempt.lane,
                            {}}));
                continue;
            }
            if (attempt.giveUpAt)
                next = std::min(next, *attempt.giveUpAt);
            else if (attempt.startedAt)
                next = std::min(next, attempt.askAt);
        }
        nextLook_ = next;
    }
    for (const std::string& call : asked) transport_->cancel(call);
    if (!notes->empty()) core_.writer.enqueue(std::move(notes));
    for (auto& outcome : outcomes) settle(std::move(outcome));
    return next;
}

Circumstances Attempts::circumstances(const Attempt& attempt) const {
    return {attempt.timedOut, attempt.cancelRequested, callsSurvive_, core_.clock.now(),
            throwDice()};
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
