// SPDX-License-Identifier: Apache-2.0
// What Jobs may change beyond a submit: one job, many, a service. engine.cpp has the rest.
#include <Poco/Exception.h>

#include <algorithm>
#include <array>
#include <map>

#include "jobs/engine_parts.h"
#include "jobs/many_task.h"
#include "jobs/submit_task.h"

namespace errand::jobs {

namespace {

// So many in one commit, and a page of the list.
constexpr int batch = 500;

constexpr std::array retriable{JobState::failed, JobState::cancelled};
constexpr std::array ended{JobState::succeeded, JobState::failed, JobState::cancelled};
constexpr std::array unfinished{JobState::queued, JobState::running};

// Page by page from the newest on, so that one that fails again meanwhile is not met twice. The
// pages may be many: it ends when the server does.
template <class Visit>
void walk(Jobs& jobs, const Core& core, Filter filter, JobState state, Many& sum, Visit visit) {
    filter.state = state;
    std::optional<std::int64_t> after;
    do {
        sum.all = sum.all && !core.stopping.load();
        if (!sum.all) return;
        const Page page = jobs.list(filter, batch, after);
        after = page.next;
        if (!page.jobs.empty()) visit(page.jobs);
    } while (after);
}

template <class Task>
void changeMany(Jobs& jobs, Core& core, const Filter& filter, JobState state, Many& sum) {
    walk(jobs, core, filter, state, sum, [&](const std::vector<Job>& page) {
        Waiter<std::optional<Many>> waiter;
        sum.all = core.writer.enqueue(std::make_unique<Task>(core, page, waiter));
        if (!sum.all) return;
        waiter.done.acquire();
        if (!waiter.answer) throw Poco::IOException("the store could not write the change");
        sum.changed += waiter.answer->changed;
        sum.left += waiter.answer->left;
    });
}

// How many of a state there are, page by page where no count is kept.
void countLeft(Jobs& jobs, const Core& core, const Filter& filter, JobState state, Many& sum) {
    const bool counted = filter.method.empty() && !filter.parent && filter.tag.empty() &&
                         filter.text.empty() && !filter.createdFrom && !filter.createdTo;
    if (!counted) {
        return walk(jobs, core, filter, state, sum, [&](const std::vector<Job>& page) {
            sum.left += static_cast<std::int64_t>(page.size());
        });
    }
    for (const ServiceState& each : jobs.services()) {
        const bool wanted = filter.service.empty() || filter.service == each.service;
        if (wanted) sum.left += each.jobs.at(static_cast<std::size_t>(state));
    }
}

}  // namespace

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
    const int attempts = attemptsOf(parts_->core, *changed.job);
    Waiter<Change> waiter;
    waiter.answer = Change::unavailable;
    if (parts_->writer.enqueue(
            std::make_unique<RetryTask>(parts_->core, *changed.job, attempts, waiter))) {
        waiter.done.acquire();
    }
    return {waiter.answer, find(id)};
}

Many Engine::retryAll(const Filter& filter) {
    Many sum;
    for (const JobState state : retriable) {
        if (filter.state && *filter.state != state) continue;
        changeMany<RetryManyTask>(*this, parts_->core, filter, state, sum);
    }
    return sum;
}

Many Engine::eraseAll(const Filter& filter) {
    Many sum;
    for (const JobState state : ended) {
        if (filter.state && *filter.state != state) continue;
        changeMany<EraseManyTask>(*this, parts_->core, filter, state, sum);
    }
    for (const JobState state : unfinished) {
        if (filter.state && *filter.state != state) continue;
        countLeft(*this, parts_->core, filter, state, sum);
    }
    return sum;
}

bool Engine::setPaused(const std::string& service, bool paused) {
    const auto known = catalogue_.services();
    const bool there = std::ranges::any_of(
        known, [&](const rpc::Service* each) { return each->name() == service; });
    if (!there) return false;
    Lane& lane = parts_->lanes.of(service);
    Waiter<bool> waiter;
    if (parts_->writer.enqueue(std::make_unique<PauseTask>(parts_->core, lane, paused, waiter))) {
        waiter.done.acquire();
    }
    if (!waiter.answer) throw Poco::IOException("the store could not write the change");
    return true;
}

std::vector<ServiceState> Engine::services() {
    std::map<std::string, ServiceState> states;
    for (Lane* lane : parts_->lanes.all()) {
        ServiceState& state = states[lane->service()];
        state.paused = lane->paused();
        state.waits = lane->gate().closed();
    }
    auto reader = parts_->readers.lend();
    reader->count(states);
    for (auto& [name, state] : states)
        if (state.jobs[static_cast<std::size_t>(JobState::queued)] > 0)
            state.nextRunAt = reader->nextRunAt(name);
    std::vector<ServiceState> all;
    for (auto& [name, state] : states) {
        state.service = name;
        all.push_back(std::move(state));
    }
    return all;
}

Submission Engine::submitOnce(std::vector<NewJob> jobs, const IdempotencyKey& key) {
    const KeysInUse::Use use(parts_->keysInUse, key.key);
    if (!use.mine()) return {Refusal::keyInUse, {}, false};
    Submission submission = submit(std::move(jobs), &key);
    if (submission.refusal == Refusal::diskFull) {
        Submission known = submit({}, &key);  // a repetition takes no room
        if (known.replayed || known.refusal != Refusal::none) submission = std::move(known);
    }
    if (!submission.replayed) return submission;
    for (Job& job : submission.jobs) {
        std::optional<Job> now = find(job.id);
        if (!now) return {Refusal::keyErased, {}, true};
        job = std::move(*now);
    }
    return submission;
}

}  // namespace errand::jobs
