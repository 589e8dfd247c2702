// SPDX-License-Identifier: Apache-2.0
// JobQuotas are how many jobs of a service each caller may submit in a window of time.
//
// Threads: any number of threads at once.
// Owns: what each caller has submitted of late, which ends with the process.
// Errors: outcomes are values: a 429.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "base/quota.h"
#include "http/caller.h"
#include "http/response.h"
#include "http/settings.h"
#include "jobs/new_job.h"

namespace errand::http {

class JobQuotas {
public:
    explicit JobQuotas(const std::vector<JobRate>& rates);

    // Counts the jobs, of an array all or none of a service; the answer where one has too many.
    std::optional<Response> take(const std::vector<jobs::NewJob>& jobs, const Caller& caller);

    // Nothing: there is no limit.
    std::optional<base::Rate> find(const std::string& service) const;

    // From now on those hold, and for other services none.
    void setRates(const std::vector<JobRate>& rates);

private:
    base::Quota* quotaOf(const std::string& service) const;

    std::atomic<bool> limits_{false};  // read for every submit, where a lock would cost

    mutable base::Mutex mutex_;
    // By service, each once it had a limit; each guards itself.
    std::map<std::string, std::unique_ptr<base::Quota>> quotas_ GUARDED_BY(mutex_);
};

// What RateLimit and RateLimit-Policy say of a quota, header lines each with its CR LF
// (draft-ietf-httpapi-ratelimit-headers).
std::string rateLimitFields(const std::string& policy, const base::Rate& rate,
                            const base::Taken& taken);

}  // namespace errand::http
