// SPDX-License-Identifier: Apache-2.0
// ClientJobs are the jobs as one caller has them: whose token may not read all sees its own, as if
// there were no others. Handlers reach jobs through it alone, so that none can forget to ask.
//
// Threads: one, for one request.
// Owns: nothing; jobs and caller outlive it.
// Errors: as jobs::Jobs.
#pragma once

#include <optional>
#include <vector>

#include "http/caller.h"
#include "jobs/jobs.h"

namespace errand::http {

class ClientJobs {
public:
    ClientJobs(jobs::Jobs& jobs, const Caller& caller) : jobs_(jobs), caller_(caller) {}

    // Under the caller's name. An Idempotency-Key is one of this caller's: others may use the same.
    jobs::Submission submit(std::vector<jobs::NewJob> jobs);
    jobs::Submission submitOnce(std::vector<jobs::NewJob> jobs, jobs::IdempotencyKey key);

    // Nothing where there is none, or none that the caller may see.
    std::optional<jobs::Job> find(const base::Id& id);
    jobs::Page list(const jobs::Filter& filter, int limit, std::optional<std::int64_t> after);

    // Nothing where the caller may see the job and yet not change it.
    std::optional<jobs::Changed> cancel(const base::Id& id);
    std::optional<jobs::Changed> retry(const base::Id& id);

    // Of its own jobs alone, where it may not change all.
    jobs::Many retryAll(const jobs::Filter& filter);
    jobs::Many eraseAll(const jobs::Filter& filter);

    // The filter with what the caller may see.
    jobs::Filter seen(jobs::Filter filter) const;

private:
    void sign(std::vector<jobs::NewJob>& jobs) const;
    bool isOwn(const jobs::Job& job) const { return job.submitter == caller_.identity.name; }
    enum class Right { none, see, change };
    Right rightTo(const base::Id& id);
    std::optional<jobs::Changed> change(const base::Id& id,
                                        jobs::Changed (jobs::Jobs::*how)(const base::Id& id));
    jobs::Filter changed(jobs::Filter filter) const;

    jobs::Jobs& jobs_;
    const Caller& caller_;
};

}  // namespace errand::http
