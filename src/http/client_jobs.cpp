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

bool ClientJobs::mayOnlySee(const base::Id& id) {
    if (caller_.has(Scope::admin)) return false;
    const auto job = find(id);
    return job && !isOwn(*job);
}

bool ClientJobs::mayChange(const base::Id& id) {
    if (caller_.has(Scope::admin)) return true;
    const auto job = find(id);
    return job && isOwn(*job);
}

jobs::Changed ClientJobs::cancel(const base::Id& id) {
    return mayChange(id) ? jobs_.cancel(id) : jobs::Changed{};
}

jobs::Changed ClientJobs::retry(const base::Id& id) {
    return mayChange(id) ? jobs_.retry(id) : jobs::Changed{};
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
