// SPDX-License-Identifier: Apache-2.0
// FakeJobs answers like a store without keeping anything but what it was given.
//
// Threads: any; a submit can be held up by hold() until release().
// Owns: the jobs submitted so far.
// Errors: throws what `failure` says, when it says anything.
#pragma once

#include <map>
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
    base::SteadyTime steady() const noexcept override { return {}; }
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
            jobs[submission.jobs.back().id] = submission.jobs.back();
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
    std::vector<std::vector<jobs::NewJob>> submitted;
    std::map<base::Id, jobs::Job> jobs;
    jobs::Filter lastFilter;
    std::string lastChange;
    int lastLimit = 0;
    std::optional<std::int64_t> lastAfter;

private:
    static errand::jobs::Job stored(const errand::jobs::NewJob& given) {
        errand::jobs::Job job;
        job.createdAt = job.runAt = FixedClock().now();
        job.id = base::Id::generate(job.createdAt);
        job.service = given.service;
        job.method = given.method;
        job.arguments = given.arguments;
        job.maxAttempts = given.maxAttempts.value_or(3);
        job.tags = given.tags;
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
    bool held_ GUARDED_BY(mutex_) = false;
    bool entered_ GUARDED_BY(mutex_) = false;
};

}  // namespace errand::http
