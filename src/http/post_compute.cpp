// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <vector>

#include "base/json.h"
#include "http/job_answers.h"
#include "http/job_request.h"
#include "http/job_wait.h"
#include "http/prefer.h"
#include "http/site.h"
#include "http/submitting.h"

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
    JobsRequest asked;
    if (auto* computation = std::get_if<Computation>(&read)) {
        auto& jobs = std::get<0>(asked);
        jobs.push_back(std::move(computation->job));
        if (!computation->email.empty()) jobs.push_back(notification(computation->email));
    } else {
        asked = std::get<Response>(std::move(read));
    }
    auto submitted = submitAsAsked(site, request, std::move(asked));
    if (auto* refusal = std::get_if<Response>(&submitted)) return std::move(*refusal);
    const jobs::Job& first = std::get<jobs::Submission>(submitted).jobs.front();
    const auto ready = [](const jobs::Job& job) { return isFinished(job.state); };
    const auto answer = [](const jobs::Job& job) {
        Response response;
        response.contentType = textType;
        response.body = sentence;
        response.addField("Location", jobLocation(job));
        response.addField("Vary", "Prefer");
        return response;
    };
    // Waiting changes when the sentence comes, never what it says.
    const auto wait = readPreferences(request.head, site.maxWait).wait;
    return answerOrWait(first, wait, {ready, answer});
}

}  // namespace errand::http
