// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "http/client_jobs.h"
#include "http/job_answers.h"
#include "http/job_filter.h"
#include "http/site.h"

namespace errand::http {

// Queues again what failed or was cancelled, of those that the filter lets through.
Response retryJobs(const Site&, const Request& request) {
    auto read = readWholeFilter(request.head.query);
    if (auto* refusal = std::get_if<Response>(&read)) return std::move(*refusal);
    const jobs::Many many = request.jobs.retryAll(std::get<jobs::Filter>(read));
    if (!many.all) return stoppedAfter(many.changed, "retried");
    Response response;
    response.body = R"({"retried":)" + std::to_string(many.changed) + '}';
    return response;
}

}  // namespace errand::http
