// SPDX-License-Identifier: Apache-2.0
#include "jobs/attempts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>

#include "base/json.h"
#include "jobs/log.h"
#include "jobs/note_task.h"
#include "jobs/settle_task.h"

namespace errand::jobs {

namespace {

// What becomes known of a call is written so much later, while it runs; most are done before.
constexpr std::chrono::milliseconds noteAfter{100};

// A transport that watches other processes knows by then that one has gone, and did not hang.
constexpr std::chrono::milliseconds missedWithin{20'000};

// Nothing waits longer than this to be looked at: outcomes to write again, clocks that were set.
constexpr std::chrono::seconds longestLook{1};

double throwDice() {
    thread_local std::minstd_rand random{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(random);
}

std::string callId(const ClaimedJob& job) {
    return job.id.toString() + '.' + std::to_string(job.claim);
}

}  // namespace

void Attempt::sent() noexcept {
    owner.sent(*this);
}

void Attempt::begun(const std::string& worker) noexcept {
    owner.begun(*this, worker);
}

void Attempt::progressed(const rpc::Progress& progress) noexcept {
    owner.progressed(*this, progress);
}

void Attempt::ended(rpc::End end) noexcept {
    owner.ended(*this, std::move(end));
}

Attempts::Attempts(Core& core) : core_(core) {}

Attempts::~Attempts() = default;

void Attempts::open(rpc::Transport& transport) {
    transport_ = &transport;
}

std::string Attempts::missing() const {
    return transport_ == nullptr ? std::string() : transport_->health().missing;
}

Attempt& Attempts::add(ClaimedJob job, Lane& lane, bool probe) {
    const base::MutexLock lock(mutex_);
    Attempt& attempt = table_.emplace_back(*this, std::move(job), lane, probe);
    attempt.place = std::prev(table_.end());
    ++active_;
    if (attempt.job.crashes > 0) ++lone_;
    return attempt;
}

rpc::Call Attempts::makeCall(const ClaimedJob& job) const {
    rpc::Call call;
    call.id = callId(job);
    call.service = job.service;
    call.method = job.method;
    call.arguments = job.arguments;
    call.job = rpc::JobHeader{job.id, job.claim, job.attempt, job.crashes > 0};
    call.timeout = job.timeout;
    call.trace = job.trace;
    if (!core_.settings.callsSurvive()) return call;
    std::chrono::milliseconds window = core_.settings.deliveryWindow;
    if (job.expiresAt) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(*job.expiresAt - core_.clock.now());
        window = std::clamp(left, std::chrono::milliseconds(1), window);
    }
    call.window = window;
    // What others serve may never say that it has begun.
    if (core_.catalogue.find(job.service) == nullptr) {
        call.deadline = core_.clock.steady() + window + job.timeout;
    }
    return call;
}

void Attempts::start(ClaimedJob job, Lane& lane, bool probe) noexcept {
    rpc::Call call = makeCall(job);
    transport_->call(std::move(call), add(std::move(job), lane, probe));
}

void Attempts::resume(RunningJob running, Lane& lane) noexcept {
    rpc::Call call = makeCall(running.job);
    const rpc::Attachment known{running.note.sent, running.note.worker};
    const base::SteadyTime now = core_.clock.steady();
    Attempt& attempt = add(std::move(running.job), lane, false);
    lane.giveRoom(-1);
    {
        const base::MutexLock lock(mutex_);
        attempt.known = running.note;
        if (attempt.known.startedAt) {
            // The clock may have been set meanwhile: at most the whole time is left.
            const auto run = core_.clock.now() - *attempt.known.startedAt;
            attempt.askAt = now + attempt.job.timeout - std::max(run, run.zero());
        }
        attempt.cancelRequested = running.cancelRequested;
        if (running.cancelRequested) attempt.giveUpAt = now + core_.settings.cancelGrace;
    }
    const std::string id = call.id;
    if (!transport_->attach(std::move(call), known, attempt)) {
        ended(attempt, {rpc::End::Kind::overdue, {}, {}});
    } else if (running.cancelRequested) {
        transport_->cancel(id);
    }
}

// What became known is written a little later, and with it what comes in between.
bool Attempts::wantNote(Attempt& attempt) {
    if (attempt.noteAt) return false;
    attempt.noteAt = core_.clock.steady() + noteAfter;
    if (*attempt.noteAt >= nextLook_) return false;
    nextLook_ = *attempt.noteAt;
    return true;
}

void Attempts::sent(Attempt& attempt) noexcept {
    bool sooner = false;
    {
        const base::MutexLock lock(mutex_);
        attempt.known.sent = true;
        sooner = wantNote(attempt);
    }
    if (sooner) core_.timetable.ring();
}

void Attempts::begun(Attempt& attempt, const std::string& worker) noexcept {
    // What runs in other processes is marked by the broker: it comes back redelivered.
    const std::size_t mark =
        core_.settings.callsSurvive() ? CrashMarks::none : core_.marks.set(attempt.job.id);
    const base::SteadyTime now = core_.clock.steady();
    bool sooner = false;
    {
        const base::MutexLock lock(mutex_);
        attempt.mark = mark;
        attempt.known.startedAt = core_.clock.now();
        attempt.known.worker = worker;
        attempt.askAt = now + attempt.job.timeout;
        sooner = wantNote(attempt);
        if (attempt.askAt < nextLook_) {
            nextLook_ = attempt.askAt;
            sooner = true;
        }
    }
    if (sooner) core_.timetable.ring();
}

void Attempts::progressed(Attempt& attempt, const rpc::Progress& progress) noexcept {
    std::array<char, 32> digits{};
    // From another process it may be anything; a NaN fails the comparison.
    const double fraction = progress.fraction > 0 ? std::min(progress.fraction, 1.0) : 0;
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), fraction,
                                       std::chars_format::fixed, 4);
    std::string text = R"({"fraction":)";
    text.append(digits.data(), written.ptr).append(R"(,"text":)");
    base::appendJsonString(text, base::isUtf8(progress.text) ? progress.text : std::string());
    text += '}';
    bool sooner = false;
    {
        const base::MutexLock lock(mutex_);
        attempt.known.progress = std::move(text);
        sooner = wantNote(attempt);
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
    how.graceOver = graceOver(attempt, end);
    core_.marks.clear(attempt.mark);
    Lane& lane = attempt.lane;
    if (attempt.hung) {
        logger().warning("%s: a method that had been given up has returned",
                         attempt.job.id.toString());
        if (end.acknowledge) end.acknowledge();
    } else {
        auto outcome = std::make_unique<Outcome>();
        outcome->acknowledge = std::move(end.acknowledge);
        outcome->settlement = jobs::settle(attempt.job, std::move(end), how, core_.catalogue);
        noteGate(attempt, outcome->settlement);
        // The next run goes on from what is known now.
        if (attempt.noteAt && outcome->settlement.arrow == Settlement::Arrow::leaveRunning) {
            auto notes = std::make_unique<NoteTask>(core_);
            notes->add(attempt.job.sequence, attempt.job.claim, attempt.known);
            core_.writer.enqueue(std::move(notes));
        }
        outcome->job = std::move(attempt.job);
        outcome->startedAt = attempt.known.startedAt;
        outcome->lane = &lane;
        settle(std::move(outcome));
    }
    lane.noteEnded();
    lane.giveRoom(1);
    const bool wanted = lane.backlog() && !lane.claiming() && lane.roomy();
    if (wanted || !core_.lanes.open()) core_.timetable.ring();
}

// Within the process nobody comes later who serves it. Elsewhere the time runs from when the
// service was found missing, and for a job that came since, from then: it may have been there in
// between.
bool Attempts::graceOver(Attempt& attempt, const rpc::End& end) const {
    if (!core_.settings.callsSurvive()) return true;
    if (end.kind != rpc::End::Kind::unknownService) {
        if (end.kind == rpc::End::Kind::reply) attempt.lane.noteRouted();
        return true;
    }
    const base::SteadyTime now = core_.clock.steady();
    const std::chrono::milliseconds grace = core_.settings.unroutableGrace;
    const bool missing = now - attempt.lane.noteUnroutable(now) >= grace;
    return missing && core_.clock.now() - attempt.job.createdAt >= grace;
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
            if (attempt.probe && attempt.known.startedAt) gate.failProbe(core_.clock.steady());
            if (attempt.probe && !attempt.known.startedAt) gate.returnProbe();
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
    Findings found{std::make_unique<NoteTask>(core_), {}, {}, {}, true, now + longestLook};
    found.connected = transport_->health().connected;
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
    for (const auto& [call, attempt] : found.hung) letGo(call, attempt);
    return found.next;
}

void Attempts::lookAt(Attempt& attempt, base::SteadyTime now, Findings& found) {
    lookAtNotes(attempt, now, found);
    const bool running = attempt.known.startedAt.has_value();
    // While the broker is away nobody's time is up: the reply may be waiting there.
    const bool timed = running && found.connected;
    if (timed && !attempt.giveUpAt && attempt.askAt <= now) {
        attempt.timedOut = true;
        const auto grace = core_.settings.cancelGrace;
        const bool elsewhere = core_.settings.callsSurvive();
        attempt.giveUpAt = now + (elsewhere ? std::max(grace, missedWithin) : grace);
        found.asked.push_back(callId(attempt.job));
    }
    if (attempt.giveUpAt && *attempt.giveUpAt <= now) {
        if (!found.connected && !attempt.cancelRequested) return;
        found.outcomes.push_back(giveUp(attempt));
        found.hung.emplace_back(callId(attempt.job), &attempt);
    } else if (attempt.giveUpAt) {
        found.next = std::min(found.next, *attempt.giveUpAt);
    } else if (timed) {
        found.next = std::min(found.next, attempt.askAt);
    }
}

void Attempts::lookAtNotes(Attempt& attempt, base::SteadyTime now, Findings& found) {
    if (!attempt.noteAt) return;
    if (*attempt.noteAt <= now) {
        found.notes->add(attempt.job.sequence, attempt.job.claim, attempt.known);
        attempt.noteAt.reset();
    } else {
        found.next = std::min(found.next, *attempt.noteAt);
    }
}

// In this process its worker is lost until the method returns, and the place in the lane with it.
// What runs elsewhere is no longer ours.
void Attempts::letGo(const std::string& call, Attempt* attempt) noexcept {
    if (!transport_->forget(call)) return;
    Lane& lane = attempt->lane;
    {
        const base::MutexLock lock(mutex_);
        table_.erase(attempt->place);
    }
    lane.giveRoom(1);
    core_.timetable.ring();
}

std::unique_ptr<Outcome> Attempts::giveUp(Attempt& attempt) {
    attempt.hung = true;
    // Else no probe would follow until the method returns.
    if (attempt.probe) attempt.lane.gate().failProbe(core_.clock.steady());
    --active_;
    if (attempt.job.crashes > 0) --lone_;
    auto outcome = std::make_unique<Outcome>();
    outcome->job = attempt.job;
    outcome->settlement = settleHung(attempt.job, circumstances(attempt), core_.catalogue);
    outcome->startedAt = attempt.known.startedAt;
    outcome->lane = &attempt.lane;
    return outcome;
}

Circumstances Attempts::circumstances(const Attempt& attempt) const {
    Circumstances how;
    how.timedOut = attempt.timedOut;
    how.cancelRequested = attempt.cancelRequested;
    how.callsSurvive = core_.settings.callsSurvive();
    how.now = core_.clock.now();
    how.dice = throwDice();
    how.probe = attempt.probe;
    how.maxCrashes = core_.settings.maxCrashes;
    return how;
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
