// SPDX-License-Identifier: Apache-2.0
// POST /jobs with an array: all of its jobs in one commit, or none.
#include "http/post_jobs.h"

#include <utility>

#include "http/job_answers.h"
#include "http/job_request.h"
#include "http/submitting.h"

namespace errand::http {

bool isArray(std::string_view body) noexcept {
    const auto first = body.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && body[first] == '[';
}

Response postJobs(const Site& site, const Request& request) {
    auto submitted =
        submitAsAsked(site, request, readJobs(request.body, site.catalogue, site.clock.now()));
    if (auto* refusal = std::get_if<Response>(&submitted)) return std::move(*refusal);
    Response response;
    response.status = 202;
    response.body = R"({"jobs":[)";
    for (const jobs::Job& job : std::get<jobs::Submission>(submitted).jobs) {
        if (response.body.back() != '[') response.body += ',';
        response.body.append(R"({"id":")").append(job.id.toString());
        response.body.append(R"(","location":")").append(jobLocation(job)).append(R"("})");
    }
    response.body += "]}";
    return response;
}

}  // namespace errand::http
