// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "http/job_answers.h"
#include "http/job_request.h"
#include "http/site.h"

namespace errand::http {

Response postJob(const Site& site, const Request& request) {
    JobRequest read = readJob(request.body, site.catalogue, site.clock.now());
    if (auto* refusal = std::get_if<Response>(&read)) return std::move(*refusal);
    std::vector<jobs::NewJob> jobs;
    jobs.push_back(std::get<jobs::NewJob>(std::move(read)));
    const jobs::Submission submission = site.jobs.submit(std::move(jobs));
    if (submission.refusal != jobs::Refusal::none) return refusalAnswer(submission.refusal);
    Response response = jobAnswer(202, submission.jobs.front());
    response.addField("Location", jobLocation(submission.jobs.front()));
    return response;
}

}  // namespace errand::http
