// SPDX-License-Identifier: Apache-2.0
// FakeJobs answers like a store without keeping anything but what it was given.
//
// Threads: any; a submit can be held up by hold() until release().
// Owns: the jobs submitted so far.
// Errors: throws what `failure` says, when it says anything.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <Poco/Exception.h>

#include "base/mutex.h"
#include "jobs/jobs.h"

namespace errand::http {

// 2026-11-22 17:38:41.000123 UTC.
class FixedClock : public base::Clock {
public:
    base::Time now() const noexcept override {
        return base::Time(std::chrono::microseconds(1795369121000123));
    }
    base::SteadyTime steady() const noexcept override { return steady_; }
    // REQUIRES that nobody else looks.
    void pass(base::SteadyTime::duration time) { steady_ += time; }

private:
    base::SteadyTime steady_{};
};

class FakeJobs : public jobs::Jobs {
public:
    jobs::Submission submit(std::vector<jobs::NewJob> list) override {
        const base::MutexLock lock(mutex_);
        entered_ = true;
        changed_.notifyAll();
        while (held_) changed_.wait(mutex_);
        if (!failure.empty()) throw Poco::IOException(failure);
        if (refusal != jobs::Refusal::none) return {refusal, {}};
        jobs::Submission submission;
        for (const jobs::NewJob& given : list) {
            submission.jobs.push_back(stored(given));
            note(submission.jobs.back());
        }
        submitted.push_back(std::move(list));
        return submission;
    }

    std::optional<jobs::Job> find(const base::Id& id) override {
        const base::MutexLock lock(mutex_);
        const auto found = jobs.find(id);
        return found == jobs.end() ? std::nullopt : std::optional(found->second);
    }

    jobs::Page list(const jobs::Filter& filter, int limit,
                    std::optional<std::int64_t> after) override {
        lastFilter = filter;
        lastLimit = limit;
        lastAfter = after;
        return page;
    }

    jobs::Changed cancel(const base::Id& id) override { return change(id, "cancel"); }
    jobs::Changed retry(const base::Id& id) override { return change(id, "retry"); }
    jobs::Readiness readiness() override { return ready; }

    jobs::Submission submitOnce(std::vector<jobs::NewJob> list,
                                const jobs::IdempotencyKey& key) override {
        lastKey = key;
        if (list.empty()) return {refusal, replays, !replays.empty()};
        jobs::Submission submission = submit(std::move(list));
        submission.replayed = replayed;
        return submission;
    }
    jobs::Many retryAll(const jobs::Filter& filter) override {
        lastFilter = filter;
        return many;
    }
    jobs::Many eraseAll(const jobs::Filter& filter) override {
        lastFilter = filter;
        return many;
    }
    bool setPaused(const std::string& service, bool paused) override {
        for (jobs::ServiceState& state : states) {
            if (state.service != service) continue;
            state.paused = paused;
            return true;
        }
        return false;
    }
    std::vector<jobs::ServiceState> services() override { return states; }

    std::int64_t watch(jobs::Watcher& watcher) override {
        const base::MutexLock lock(mutex_);
        watchers_.push_back(&watcher);
        return static_cast<std::int64_t>(journal_.size());
    }
    void unwatch(jobs::Watcher& watcher) noexcept override {
        const base::MutexLock lock(mutex_);
        std::erase(watchers_, &watcher);
    }
    std::optional<std::vector<jobs::JobChange>> changesAfter(std::int64_t number,
                                                             int limit) override {
        const base::MutexLock lock(mutex_);
        if (number < forgotten || number > static_cast<std::int64_t>(journal_.size()))
            return std::nullopt;
        std::vector<jobs::JobChange> found;
        for (const jobs::JobChange& change : journal_) {
            if (static_cast<int>(found.size()) == limit) break;
            if (change.number > number) found.push_back(change);
        }
        return found;
    }
    std::vector<jobs::Job> findAll(const std::vector<std::int64_t>& sequences) override {
        const base::MutexLock lock(mutex_);
        if (!failure.empty()) throw Poco::IOException(failure);
        ++loads;
        std::vector<jobs::Job> found;
        for (const auto& [id, job] : jobs) {
            if (std::ranges::find(sequences, job.sequence) != sequences.end()) found.push_back(job);
        }
        return found;
    }
    std::chrono::seconds askAgain(const jobs::Job&) override { return pause; }

    // The job becomes that, and watchers hear of it.
    void becomes(jobs::Job job) {
        const base::MutexLock lock(mutex_);
        note(job);
    }
    void becomes(const base::Id& id, jobs::JobState state) {
        const base::MutexLock lock(mutex_);
        jobs::Job job = jobs.at(id);
        job.state = state;
        note(job);
    }

    // From now on, while others may be asking.
    void failWith(const std::string& text) {
        const base::MutexLock lock(mutex_);
        failure = text;
    }

    // From now on a submit waits, until release().
    void hold() {
        const base::MutexLock lock(mutex_);
        held_ = true;
        entered_ = false;
    }
    void release() {
        const base::MutexLock lock(mutex_);
        held_ = false;
        changed_.notifyAll();
    }
    void waitUntilHeld() {
        const base::MutexLock lock(mutex_);
        while (!entered_) changed_.wait(mutex_);
    }
    std::size_t submissions() {
        const base::MutexLock lock(mutex_);
        return submitted.size();
    }

    // What the next answers are, and what was asked for.
    jobs::Refusal refusal = jobs::Refusal::none;
    std::string failure;
    jobs::Change outcome = jobs::Change::done;
    jobs::Page page;
    jobs::Readiness ready;
    bool replayed = false;
    std::vector<jobs::Job> replays;  // what a key is answered with that comes without jobs
    std::optional<jobs::IdempotencyKey> lastKey;
    jobs::Many many;
    std::vector<jobs::ServiceState> states;
    std::chrono::seconds pause{1};
    std::int64_t forgotten = 0;  // changes up to here are not known any more
    int loads = 0;               // how often findAll was asked
    std::vector<std::vector<jobs::NewJob>> submitted;
    std::map<base::Id, jobs::Job> jobs;
    jobs::Filter lastFilter;
    std::string lastChange;
    int lastLimit = 0;
    std::optional<std::int64_t> lastAfter;

private:
    void note(errand::jobs::Job& job) REQUIRES(mutex_) {
        if (job.sequence == 0) job.sequence = ++sequence_;
        job.changed = static_cast<std::int64_t>(journal_.size()) + 1;
        journal_.push_back({job.changed, job.sequence});
        jobs[job.id] = job;
        for (errand::jobs::Watcher* watcher : watchers_) watcher->changed({journal_.back()});
    }

    static errand::jobs::Job stored(const errand::jobs::NewJob& given) {
        errand::jobs::Job job;
        job.createdAt = job.runAt = FixedClock().now();
        job.id = base::Id::generate(job.createdAt);
        job.service = given.service;
        job.method = given.method;
        job.arguments = given.arguments;
        job.maxAttempts = given.maxAttempts.value_or(3);
        job.tags = given.tags;
        job.priority = given.priority;
        job.trace = given.trace;
        job.submitter = given.submitter;
        job.notify = given.notify;
        return job;
    }

    errand::jobs::Changed change(const base::Id& id, const char* what) {
        lastChange = what;
        auto job = find(id);
        if (!job) return {errand::jobs::Change::notFound, std::nullopt};
        return {outcome, std::move(job)};
    }

    base::Mutex mutex_;
    base::Condition changed_;
    std::int64_t sequence_ GUARDED_BY(mutex_) = 0;
    std::vector<errand::jobs::JobChange> journal_ GUARDED_BY(mutex_);
    std::vector<errand::jobs::Watcher*> watchers_ GUARDED_BY(mutex_);
    bool held_ GUARDED_BY(mutex_) = false;
    bool entered_ GUARDED_BY(mutex_) = false;
};

}  // namespace errand::http
