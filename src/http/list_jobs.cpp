// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "http/client_jobs.h"
#include "http/job_filter.h"
#include "http/job_json.h"
#include "http/list_cursor.h"
#include "http/site.h"

namespace errand::http {

Response listJobs(const Site&, const Request& request) {
    auto read = readJobFilter(request.head.query);
    if (auto* refusal = std::get_if<Response>(&read)) return std::move(*refusal);
    const JobFilter& asked = std::get<JobFilter>(read);
    const jobs::Page page = request.jobs.list(asked.filter, asked.limit, asked.after);
    Response response;
    appendPage(response.body, page,
               page.next ? writeCursor(*page.next, asked.filter) : std::string());
    return response;
}

}  // namespace errand::http
