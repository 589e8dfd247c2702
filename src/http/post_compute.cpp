// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "base/json.h"
#include "http/job_answers.h"
#include "http/job_request.h"
#include "http/site.h"

namespace errand::http {
namespace {

using base::Json;

constexpr const char* sentence =
    "Please wait the calculation, you'll receive an email with results";

jobs::NewJob notification(const std::string& to) {
    jobs::NewJob job;
    job.service = "mail";
    job.method = "send";
    const Json kwargs(
        Json::Object{{"to", to}, {"subject", "API Notification"}, {"contents", sentence}});
    job.arguments.kwargs = kwargs.toString();
    return job;
}

}  // namespace

// The original's way: a sentence for an answer, and the same sentence by mail, at once.
Response postCompute(const Site& site, const Request& request) {
    auto read = readComputation(request.body, site.catalogue);
    if (auto* refusal = std::get_if<Response>(&read)) return std::move(*refusal);
    Computation& computation = std::get<Computation>(read);
    std::vector<jobs::NewJob> jobs;
    jobs.push_back(std::move(computation.job));
    if (!computation.email.empty()) jobs.push_back(notification(computation.email));
    const jobs::Submission submission = site.jobs.submit(std::move(jobs));
    if (submission.refusal != jobs::Refusal::none) return refusalAnswer(submission.refusal);
    Response response;
    response.contentType = textType;
    response.body = sentence;
    response.addField("Location", jobLocation(submission.jobs.front()));
    return response;
}

}  // namespace errand::http
