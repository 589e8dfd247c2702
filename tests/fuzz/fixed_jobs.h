// SPDX-License-Identifier: Apache-2.0
// FixedJobs answers like a store in which the last digit of an id says what job that is; the same
// question always has the same answer.
//
// Threads: one.
// Owns: nothing that lasts.
// Errors: ends the program when it is asked for what no request may ask.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "base/json.h"
#include "fuzz/require.h"
#include "jobs/jobs.h"
#include "rpc/catalogue.h"

namespace errand::fuzz {

// 2026-11-22 17:38:41.000123 UTC.
class FixedClock : public base::Clock {
public:
    base::Time now() const noexcept override {
        return base::Time(std::chrono::microseconds(1795369121000123));
    }
    base::SteadyTime steady() const noexcept override { return {}; }
};

class FixedJobs : public jobs::Jobs {
public:
    explicit FixedJobs(const rpc::Catalogue& catalogue) : catalogue_(catalogue) {}

    jobs::Submission submit(std::vector<jobs::NewJob> list) override {
        jobs::Submission submission;
        for (jobs::NewJob& given : list) {
            checkNew(given);
            jobs::Job job = jobOf(base::Id{});
            job.service = std::move(given.service);
            job.method = std::move(given.method);
            job.arguments = std::move(given.arguments);
            job.tags = std::move(given.tags);
            submission.jobs.push_back(std::move(job));
        }
        return submission;
    }

    std::optional<jobs::Job> find(const base::Id& id) override {
        if (kind(id) >= 10) return std::nullopt;
        return jobOf(id);
    }

    jobs::Page list(const jobs::Filter& filter, int limit, std::optional<std::int64_t>) override {
        require(limit >= 1 && limit <= 500, "a page has its bounds");
        require(base::isUtf8(filter.service) && base::isUtf8(filter.tag), "a filter is UTF-8");
        jobs::Page page;
        page.jobs = {jobOf(filter.parent.value_or(base::Id{})), jobOf(base::Id{})};
        page.next = 7;
        return page;
    }

    jobs::Changed cancel(const base::Id& id) override { return change(id); }
    jobs::Changed retry(const base::Id& id) override { return change(id); }
    jobs::Readiness readiness() override { return {}; }

    jobs::Submission submitOnce(std::vector<jobs::NewJob> list,
                                const jobs::IdempotencyKey& key) override {
        require(!key.key.empty() && key.key.size() <= 255, "a key has its bounds", key.key);
        require(key.fingerprint.size() == 32, "a fingerprint has its length");
        return submit(std::move(list));
    }
    jobs::Many retryAll(const jobs::Filter&) override { return {1, 2}; }
    jobs::Many eraseAll(const jobs::Filter&) override { return {1, 2}; }
    bool setPaused(const std::string& service, bool) override { return service == "mail"; }
    std::vector<jobs::ServiceState> services() override { return {}; }

    std::int64_t watch(jobs::Watcher&) override { return 0; }
    void unwatch(jobs::Watcher&) noexcept override {}
    std::optional<std::vector<jobs::JobChange>> changesAfter(std::int64_t, int) override {
        return std::nullopt;
    }
    std::vector<jobs::Job> findAll(const std::vector<std::int64_t>&) override { return {}; }
    std::chrono::seconds askAgain(const jobs::Job&) override { return std::chrono::seconds(3); }

private:
    static int kind(const base::Id& id) { return id.bytes.back() & 15; }

    static jobs::Job jobOf(const base::Id& id) {
        jobs::Job job;
        job.id = id;
        job.service = "compute";
        job.method = "compute";
        job.createdAt = job.runAt = FixedClock().now();
        job.state = static_cast<jobs::JobState>(kind(id) % 5);
        if (job.state == jobs::JobState::succeeded) job.result = "40";
        if (job.state == jobs::JobState::failed) job.error = {"ZeroDivisionError", "\"\n\x7F"};
        return job;
    }

    static jobs::Changed change(const base::Id& id) {
        if (kind(id) >= 10) return {};
        return {static_cast<jobs::Change>(kind(id) % 3), jobOf(id)};
    }

    // What Jobs::submit REQUIRES.
    void checkNew(const jobs::NewJob& job) const {
        const rpc::Method* method = catalogue_.find(job.service, job.method);
        require(method != nullptr, "a job is of a method that is there", job.method);
        const auto args = base::Json::parse(job.arguments.args);
        const auto kwargs = base::Json::parse(job.arguments.kwargs);
        require(args.isArray() && kwargs.isObject(), "its arguments are a list and named ones");
        require(method->check(args, kwargs).empty(), "they pass the check", job.arguments.kwargs);
        require(job.maxAttempts.value_or(1) >= 1, "it is tried at least once");
        require(job.timeout.value_or(std::chrono::milliseconds(1)).count() > 0, "it has time");
        for (const std::string& tag : job.tags) require(base::isUtf8(tag), "a tag is UTF-8", tag);
    }

    const rpc::Catalogue& catalogue_;
};

}  // namespace errand::fuzz
