// SPDX-License-Identifier: Apache-2.0
#include "http/client_jobs.h"

#include <utility>

namespace errand::http {

using access::Scope;

void ClientJobs::sign(std::vector<jobs::NewJob>& jobs) const {
    for (jobs::NewJob& job : jobs) job.submitter = caller_.identity.name;
}

jobs::Submission ClientJobs::submit(std::vector<jobs::NewJob> jobs) {
    sign(jobs);
    return jobs_.submit(std::move(jobs));
}

// A line feed parts them: a name has none.
jobs::Submission ClientJobs::submitOnce(std::vector<jobs::NewJob> jobs, jobs::IdempotencyKey key) {
    sign(jobs);
    if (caller_.known) key.key = caller_.identity.name + '\n' + key.key;
    return jobs_.submitOnce(std::move(jobs), key);
}

std::optional<jobs::Job> ClientJobs::find(const base::Id& id) {
    std::optional<jobs::Job> job = jobs_.find(id);
    if (job && !caller_.has(Scope::read) && !isOwn(*job)) job.reset();
    return job;
}

jobs::Page ClientJobs::list(const jobs::Filter& filter, int limit,
                            std::optional<std::int64_t> after) {
    return jobs_.list(seen(filter), limit, after);
}

ClientJobs::Right ClientJobs::rightTo(const base::Id& id) {
    if (caller_.has(Scope::admin)) return Right::change;
    const auto job = find(id);
    if (!job) return Right::none;
    return isOwn(*job) ? Right::change : Right::see;
}

std::optional<jobs::Changed> ClientJobs::change(const base::Id& id,
                                                jobs::Changed (jobs::Jobs::*how)(const base::Id&)) {
    switch (rightTo(id)) {
        case Right::none:
            break;
        case Right::see:
            return std::nullopt;
        case Right::change:
            return (jobs_.*how)(id);
    }
    return jobs::Changed{};
}

std::optional<jobs::Changed> ClientJobs::cancel(const base::Id& id) {
    return change(id, &jobs::Jobs::cancel);
}

std::optional<jobs::Changed> ClientJobs::retry(const base::Id& id) {
    return change(id, &jobs::Jobs::retry);
}

jobs::Many ClientJobs::retryAll(const jobs::Filter& filter) {
    return jobs_.retryAll(changed(filter));
}

jobs::Many ClientJobs::eraseAll(const jobs::Filter& filter) {
    return jobs_.eraseAll(changed(filter));
}

jobs::Filter ClientJobs::seen(jobs::Filter filter) const {
    if (!caller_.has(Scope::read)) filter.submitter = caller_.identity.name;
    return filter;
}

jobs::Filter ClientJobs::changed(jobs::Filter filter) const {
    if (!caller_.has(Scope::admin)) filter.submitter = caller_.identity.name;
    return filter;
}

}  // namespace errand::http
