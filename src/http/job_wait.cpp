// SPDX-License-Identifier: Apache-2.0
#include "http/job_wait.h"

#include <memory>
#include <utility>

#include "http/job_answers.h"

namespace errand::http {

Response answerOrWait(const jobs::Job& job, std::optional<std::chrono::seconds> wait,
                      Waiting waiting) {
    Response response = waiting.answer(job);
    if (!wait) return response;
    if (wait->count() == 0 || waiting.ready(job)) {
        response.addField("Preference-Applied", "wait=" + std::to_string(wait->count()));
        return response;
    }
    response.parking = std::make_unique<Parking>(
        AwaitJob{job.id, job.sequence, *wait, std::move(waiting.ready), std::move(waiting.answer)});
    return response;
}

// It stays under no-store: a browser's cache would go by the version too, and add If-None-Match to
// a request that waits for the end, which then ends with the next change.
Response versionedJob(jobs::Jobs& jobs, int status, const jobs::Job& job) {
    Response response = jobAnswer(status, job);
    response.addField("ETag", etagOf(job.changed));
    response.addField("Vary", "Prefer");
    if (!isFinished(job.state))
        response.addField("Retry-After", std::to_string(jobs.askAgain(job).count()));
    return response;
}

}  // namespace errand::http
