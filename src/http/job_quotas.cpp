// SPDX-License-Identifier: Apache-2.0
#include "http/job_quotas.h"

#include <chrono>

#include "http/problem.h"

namespace errand::http {

std::string rateLimitFields(const std::string& policy, const base::Rate& rate,
                            const base::Taken& taken) {
    return "RateLimit-Policy: \"" + policy + "\";q=" + std::to_string(rate.most) +
           ";w=" + std::to_string(rate.window.count()) + "\r\nRateLimit: \"" + policy +
           "\";r=" + std::to_string(taken.remaining) + ";t=" + std::to_string(taken.reset.count()) +
           "\r\n";
}

JobQuotas::JobQuotas(const std::vector<JobRate>& rates) {
    for (const JobRate& rate : rates) quotas_.try_emplace(rate.service, rate.rate);
}

std::optional<Response> JobQuotas::take(const std::vector<jobs::NewJob>& jobs,
                                        const Caller& caller) {
    if (quotas_.empty()) return std::nullopt;
    std::map<std::string, std::int64_t> counts;
    for (const jobs::NewJob& job : jobs)
        if (find(job.service)) ++counts[job.service];
    for (const auto& [service, count] : counts) {
        base::Quota& quota = quotas_.at(service);
        const auto taken = quota.take(caller.key(), count, std::chrono::steady_clock::now());
        if (taken.granted) continue;
        const base::Rate& rate = quota.rate();
        Response response = problem(
            429, "more than " + std::to_string(rate.most) + " jobs of " + inQuotes(service) +
                     " in " + std::to_string(rate.window.count()) + " s (http.jobRates)");
        response.addField("Retry-After", std::to_string(taken.reset.count()));
        response.fields += rateLimitFields(service, rate, taken);
        return response;
    }
    return std::nullopt;
}

const base::Rate* JobQuotas::find(const std::string& service) const {
    const auto found = quotas_.find(service);
    return found == quotas_.end() ? nullptr : &found->second.rate();
}

}  // namespace errand::http
