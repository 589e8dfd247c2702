// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "http/job_filter.h"
#include "http/job_json.h"
#include "http/site.h"

namespace errand::http {

Response listJobs(const Site& site, const Request& request) {
    auto read = readJobFilter(request.head.query);
    if (auto* refusal = std::get_if<Response>(&read)) return std::move(*refusal);
    const JobFilter& asked = std::get<JobFilter>(read);
    Response response;
    appendPage(response.body, site.jobs.list(asked.filter, asked.limit, asked.after));
    return response;
}

}  // namespace errand::http
