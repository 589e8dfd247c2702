// SPDX-License-Identifier: Apache-2.0
#include "jobs/engine.h"

#include <Poco/Logger.h>

#include "base/system.h"
#include "jobs/attempts.h"
#include "jobs/core.h"
#include "jobs/dispatcher.h"
#include "jobs/job_reader.h"
#include "jobs/new_job.h"
#include "jobs/recovery.h"
#include "jobs/submit_task.h"
#include "store/pool.h"
#include "store/schema.h"

namespace errand::jobs {

namespace {

// Each costs about a megabyte; two cores read faster than one with few of them already.
constexpr std::size_t mostReaders = 8;

std::map<std::string, int> workersOf(const rpc::Catalogue& catalogue) {
    std::map<std::string, int> workers;
    for (const rpc::Service* service : catalogue.services()) {
        workers[service->name()] = service->workers();
    }
    return workers;
}

}  // namespace

// In the order they start; they end in reverse.
struct Engine::Parts {
    Parts(const Settings& settings, const rpc::Catalogue& catalogue, const base::Clock& clock,
          store::Writer::Fatal fatal)
        : lock(settings.directory + "/errand.lock"),
          path(settings.directory + "/errand.db"),
          database(path, store::Database::Role::writer),
          boot((store::migrate(database), noteBoot(database, settings, clock.now()))),
          store(database, boot),
          agenda(database),
          lanes(workersOf(catalogue), settings.handOff),
          marks(settings.directory + "/errand.marks"),
          writer(database, std::move(fatal)),
          core{settings, catalogue, clock, writer,    store,
               agenda,   lanes,     marks, timetable, attempts},
          attempts(core),
          dispatcher(core),
          readers(mostReaders, [this] { return std::make_unique<JobReader>(path); }) {}

    base::FileLock lock;
    const std::string path;
    store::Database database;
    const std::int64_t boot;
    JobStore store;
    Agenda agenda;
    Lanes lanes;
    CrashMarks marks;
    Timetable timetable;
    store::Writer writer;
    Core core;
    Attempts attempts;
    Dispatcher dispatcher;
    store::Pool<JobReader> readers;
    std::vector<RunningJob> survivors;  // until the dispatcher starts
};

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
    Waiter<Submission> waiter;
    if (base::freeBytes(settings_.directory) < settings_.minFree) {
        waiter.answer.refusal = Refusal::diskFull;
        return std::move(waiter.answer);
    }
    const base::Time now = clock_.now();
    waiter.answer.jobs.reserve(jobs.size());
    bool named = false;
    for (NewJob& job : jobs) {
        named = named || job.id;
        waiter.answer.jobs.push_back(makeJob(parts_->core, std::move(job), now));
    }
    if (parts_->writer.enqueue(std::make_unique<SubmitTask>(parts_->core, waiter, named))) {
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

Changed Engine::cancel(const base::Id& id) {
    Changed changed;
    changed.job = find(id);
    if (!changed.job) return changed;
    Waiter<Change> waiter;
    waiter.answer = Change::unavailable;
    if (parts_->writer.enqueue(std::make_unique<CancelTask>(parts_->core, *changed.job, waiter))) {
        waiter.done.acquire();
    }
    return {waiter.answer, find(id)};
}

Changed Engine::retry(const base::Id& id) {
    Changed changed;
    changed.job = find(id);
    if (!changed.job) return changed;
    const rpc::Method* method = catalogue_.find(changed.job->service, changed.job->method);
    const int attempts = (method == nullptr ? rpc::RetryPolicy{} : method->policy).maxAttempts;
    Waiter<Change> waiter;
    waiter.answer = Change::unavailable;
    if (parts_->writer.enqueue(
            std::make_unique<RetryTask>(parts_->core, *changed.job, attempts, waiter))) {
        waiter.done.acquire();
    }
    return {waiter.answer, find(id)};
}

Readiness Engine::readiness() {
    Readiness readiness;
    const std::uint64_t free = base::freeBytes(settings_.directory);
    if (free < settings_.minFree) {
        readiness.storing = false;
        readiness.reason = "less than data.minFree is left on the disk";
    }
    if (readiness.storing && !parts_->writer.healthy()) {
        readiness.storing = false;
        readiness.reason = "the last write to the store failed; the log says why";
    }
    const std::string away = parts_->attempts.missing();
    if (!away.empty()) readiness.missing.push_back(away);
    for (Lane* lane : parts_->lanes.all()) {
        if (lane->gate().closed()) readiness.missing.push_back("service " + lane->service());
    }
    return readiness;
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
        case Refusal::unavailable:
            break;
    }
    return {rpc::TryAgainReply{"the store takes no jobs", {}, rpc::Scope::service}, {}};
}

}  // namespace errand::jobs
