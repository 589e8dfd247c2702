// SPDX-License-Identifier: Apache-2.0
#include "jobs/engine.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <cmath>

#include "jobs/engine_parts.h"
#include "jobs/new_job.h"
#include "jobs/pulse_task.h"
#include "jobs/recovery.h"
#include "jobs/submit_task.h"
#include "rpc/traceparent.h"

namespace errand::jobs {

namespace {

// What a client is told to wait before it asks again.
constexpr std::chrono::seconds soonest{1};
constexpr std::chrono::seconds latest{3600};

}  // namespace

Engine::Engine(const Settings& settings, const rpc::Catalogue& catalogue, const base::Clock& clock,
               store::Writer::Fatal fatal)
    : settings_(settings), catalogue_(catalogue), clock_(clock), fatal_(std::move(fatal)) {}

Engine::~Engine() {
    close();
}

void Engine::open() {
    parts_ = std::make_unique<Parts>(settings_, catalogue_, clock_, fatal_);
    parts_->survivors = recover(parts_->database, parts_->core);
    parts_->writer.start();
}

void Engine::startDispatcher(rpc::Transport& transport) {
    parts_->attempts.open(transport);
    for (RunningJob& running : parts_->survivors) {
        Lane& lane = parts_->lanes.of(running.job.service);
        parts_->attempts.resume(std::move(running), lane);
    }
    parts_->survivors.clear();
    transport.start();
    parts_->dispatcher.start();
}

void Engine::pulse(std::function<void()> done) {
    parts_->writer.enqueue(std::make_unique<PulseTask>(std::move(done)));
}

void Engine::beginStop() noexcept {
    if (parts_) parts_->core.stopping.store(true);
}

void Engine::stopDispatcher() noexcept {
    if (parts_) parts_->dispatcher.stop();
}

void Engine::close() noexcept {
    if (!parts_) return;
    parts_->dispatcher.stop();
    parts_->writer.stop();
    parts_.reset();
}

Submission Engine::submit(std::vector<NewJob> jobs) {
    return submit(std::move(jobs), nullptr);
}

Submission Engine::submit(std::vector<NewJob> jobs, const IdempotencyKey* key) {
    Waiter<Submission> waiter;
    if (!jobs.empty() && base::freeBytes(settings_.directory) < settings_.minFree) {
        waiter.answer.refusal = Refusal::diskFull;
        return std::move(waiter.answer);
    }
    const base::Time now = clock_.now();
    waiter.answer.jobs.reserve(jobs.size());
    bool named = false;
    for (NewJob& job : jobs) {
        named = named || job.id;
        waiter.answer.jobs.push_back(makeJob(parts_->core, std::move(job), now));
        if (key) waiter.answer.jobs.back().keptUntil = now + settings_.idempotencyWindow;
    }
    if (parts_->writer.enqueue(std::make_unique<SubmitTask>(parts_->core, waiter, named, key))) {
        waiter.done.acquire();
    } else {
        waiter.answer.refusal = Refusal::unavailable;
    }
    if (waiter.answer.refusal != Refusal::none) waiter.answer.jobs.clear();
    return std::move(waiter.answer);
}

std::optional<Job> Engine::find(const base::Id& id) {
    return parts_->readers.lend()->find(id);
}

Page Engine::list(const Filter& filter, int limit, std::optional<std::int64_t> after) {
    return parts_->readers.lend()->list(filter, limit, after);
}

Readiness Engine::readiness() {
    Readiness readiness;
    readiness.freeBytes = base::freeBytes(settings_.directory);
    if (readiness.freeBytes < settings_.minFree) {
        readiness.storing = false;
        readiness.reason = "less than data.minFree is left on the disk";
    }
    if (readiness.storing && !parts_->writer.healthy()) {
        readiness.storing = false;
        readiness.reason = "the last write to the store failed; the log says why";
    }
    const std::string away = parts_->attempts.missing();
    readiness.connected = away.empty();
    if (!away.empty()) readiness.missing.push_back(away);
    for (Lane* lane : parts_->lanes.all()) {
        if (lane->gate().closed()) readiness.missing.push_back("service " + lane->service());
    }
    return readiness;
}

std::int64_t Engine::watch(Watcher& watcher) {
    return parts_->journal.watch(watcher);
}

void Engine::unwatch(Watcher& watcher) noexcept {
    parts_->journal.unwatch(watcher);
}

std::optional<std::vector<JobChange>> Engine::changesAfter(std::int64_t number, int limit) {
    return parts_->readers.lend()->changesAfter(number, limit);
}

std::vector<Job> Engine::findAll(const std::vector<std::int64_t>& sequences) {
    return parts_->readers.lend()->findAll(sequences);
}

std::chrono::seconds Engine::askAgain(const Job& job) {
    const base::Time now = clock_.now();
    if (job.state == JobState::queued && job.runAt > now) {
        return std::clamp(std::chrono::ceil<std::chrono::seconds>(job.runAt - now), soonest,
                          latest);
    }
    const double wait = parts_->lanes.of(job.service).expectedWait();
    const auto seconds = static_cast<std::int64_t>(std::min(std::ceil(wait), 1e6));
    return std::clamp(std::chrono::seconds(seconds), soonest, latest);
}

rpc::Reply Engine::store(const rpc::Call& call) noexcept {
    if (catalogue_.find(call.service, call.method) == nullptr) {
        return {rpc::ErrorReply{"MethodNotFound", call.method}, {}};
    }
    NewJob job;
    // A call that comes twice is one job. Without an id nobody can tell.
    if (!call.id.empty())
        job.id = base::Id::derive("store/" + call.id + '/' + call.service + '.' + call.method +
                                  call.arguments.args + call.arguments.kwargs);
    job.service = call.service;
    job.method = call.method;
    job.arguments = call.arguments;
    job.trace = rpc::traceparentOf(call.trace);
    std::vector<NewJob> jobs;
    jobs.push_back(std::move(job));
    Refusal refusal = Refusal::unavailable;
    try {
        refusal = submit(std::move(jobs)).refusal;
    } catch (const Poco::Exception& error) {
        // The caller is a transport: no exception crosses to a plugin.
        Poco::Logger::get("jobs").error("a call could not be stored: %s", error.displayText());
    }
    switch (refusal) {
        case Refusal::none:
            return {rpc::ResultReply{}, {}};
        case Refusal::queueFull:
            return {rpc::TryAgainReply{"the queue is full", {}, rpc::Scope::service}, {}};
        case Refusal::diskFull:
            return {rpc::TryAgainReply{"the disk is full", {}, rpc::Scope::service}, {}};
        case Refusal::keyInUse:
        case Refusal::keyReused:
        case Refusal::keyErased:
        case Refusal::unavailable:
            break;
    }
    return {rpc::TryAgainReply{"the store takes no jobs", {}, rpc::Scope::service}, {}};
}

}  // namespace errand::jobs
