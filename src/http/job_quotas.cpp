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
    setRates(rates);
}

void JobQuotas::setRates(const std::vector<JobRate>& rates) {
    limits_ = !rates.empty();
    const base::MutexLock lock(mutex_);
    for (const auto& [service, quota] : quotas_) quota->setRate({});
    for (const JobRate& rate : rates) {
        std::unique_ptr<base::Quota>& quota = quotas_[rate.service];
        if (quota)
            quota->setRate(rate.rate);
        else
            quota = std::make_unique<base::Quota>(rate.rate);
    }
}

base::Quota* JobQuotas::quotaOf(const std::string& service) const {
    const base::MutexLock lock(mutex_);
    const auto found = quotas_.find(service);
    return found == quotas_.end() || !found->second->limits() ? nullptr : found->second.get();
}

std::optional<Response> JobQuotas::take(const std::vector<jobs::NewJob>& jobs,
                                        const Caller& caller) {
    if (!limits_) return std::nullopt;
    std::map<std::string, std::int64_t> counts;
    for (const jobs::NewJob& job : jobs) ++counts[job.service];
    for (const auto& [service, count] : counts) {
        base::Quota* quota = quotaOf(service);
        if (!quota) continue;
        const auto taken = quota->take(caller.key(), count, std::chrono::steady_clock::now());
        if (taken.granted) continue;
        const base::Rate rate = quota->rate();
        Response response = problem(
            429, "more than " + std::to_string(rate.most) + " jobs of " + inQuotes(service) +
                     " in " + std::to_string(rate.window.count()) + " s (http.jobRates)");
        response.addField("Retry-After", std::to_string(taken.reset.count()));
        response.fields += rateLimitFields(service, rate, taken);
        return response;
    }
    return std::nullopt;
}

std::optional<base::Rate> JobQuotas::find(const std::string& service) const {
    const base::Quota* quota = quotaOf(service);
    return quota ? std::optional(quota->rate()) : std::nullopt;
}

}  // namespace errand::http
