// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include "http/job_answers.h"
#include "http/job_request.h"
#include "http/job_wait.h"
#include "http/post_jobs.h"
#include "http/prefer.h"
#include "http/problem.h"
#include "http/site.h"
#include "http/submitting.h"

namespace errand::http {

Response postJob(const Site& site, const Request& request) {
    if (isArray(request.body)) return postJobs(site, request);
    if (request.body.size() > site.maxBodyBytes) {
        return problem(413, "the body is over " + std::to_string(site.maxBodyBytes) +
                                " bytes, and no array of jobs, which may have " +
                                std::to_string(site.maxArrayBytes));
    }
    JobRequest read = readJob(request.body, site.catalogue, site.clock.now());
    JobsRequest asked;
    if (auto* job = std::get_if<jobs::NewJob>(&read)) {
        std::get<0>(asked).push_back(std::move(*job));
    } else {
        asked = std::get<Response>(std::move(read));
    }
    auto submitted = submitAsAsked(site, request, std::move(asked));
    if (auto* refusal = std::get_if<Response>(&submitted)) return std::move(*refusal);
    const jobs::Job& first = std::get<jobs::Submission>(submitted).jobs.front();
    const Preferences preferences = readPreferences(request.head, site.maxWait);
    const bool waits = preferences.wait.has_value();
    const auto ready = [](const jobs::Job& job) { return isFinished(job.state); };
    const auto answer = [&jobs = site.jobs, waits,
                         async = preferences.respondAsync](const jobs::Job& job) {
        const bool later = !waits || !isFinished(job.state);
        Response response = versionedJob(jobs, later ? 202 : 200, job);
        response.addField("Location", jobLocation(job));
        if (later && async) response.addField("Preference-Applied", "respond-async");
        return response;
    };
    return answerOrWait(first, preferences.wait, {ready, answer});
}

}  // namespace errand::http
