// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "http/client_jobs.h"
#include "http/job_answers.h"
#include "http/job_filter.h"
#include "http/problem.h"
#include "http/site.h"

namespace errand::http {

// Deletes what has ended, of those that the filter lets through.
Response eraseJobs(const Site&, const Request& request) {
    auto read = readWholeFilter(request.head.query);
    if (auto* refusal = std::get_if<Response>(&read)) return std::move(*refusal);
    const auto& filter = std::get<jobs::Filter>(read);
    // A slip, such as a form's fields left blank, must not delete everything.
    if (isOpen(filter))
        return problem(400,
                       "say which jobs: at least one of state, service, method, parent, tag,"
                       " text, created_from and created_to");
    const jobs::Many many = request.jobs.eraseAll(filter);
    if (!many.all) return stoppedAfter(many.changed, "deleted");
    Response response;
    response.body = R"({"deleted":)" + std::to_string(many.changed) + R"(,"unfinished":)" +
                    std::to_string(many.left) + '}';
    return response;
}

}  // namespace errand::http
