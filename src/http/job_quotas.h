// SPDX-License-Identifier: Apache-2.0
// JobQuotas are how many jobs of a service each caller may submit in a window of time.
//
// Threads: any number of threads at once.
// Owns: what each caller has submitted of late, which ends with the process.
// Errors: outcomes are values: a 429.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

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

    // Null: there is no limit.
    const base::Rate* find(const std::string& service) const;

private:
    std::map<std::string, base::Quota> quotas_;  // by service; each guards itself
};

// What RateLimit and RateLimit-Policy say of a quota, header lines each with its CR LF
// (draft-ietf-httpapi-ratelimit-headers).
std::string rateLimitFields(const std::string& policy, const base::Rate& rate,
                            const base::Taken& taken);

}  // namespace errand::http
