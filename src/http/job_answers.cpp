// SPDX-License-Identifier: Apache-2.0
#include "http/job_answers.h"

#include "http/job_json.h"
#include "http/problem.h"

namespace errand::http {
namespace {

// Seconds after which another try makes sense: a queue drains soon, a disk is cleared by people,
// and a restart takes a moment.
Response later(int status, std::string_view detail, const char* seconds) {
    Response response = problem(status, detail);
    response.addField("Retry-After", seconds);
    return response;
}

}  // namespace

Response jobAnswer(int status, const jobs::Job& job) {
    Response response;
    response.status = status;
    appendJob(response.body, job);
    return response;
}

std::string jobLocation(const jobs::Job& job) {
    return "/jobs/" + job.id.toString();
}

Response refusalAnswer(jobs::Refusal refusal) {
    switch (refusal) {
        case jobs::Refusal::queueFull:
            return later(503, "the queue is full (jobs.maxQueued)", "5");
        case jobs::Refusal::diskFull:
            return later(507, "the disk is almost full (data.minFree)", "60");
        case jobs::Refusal::keyInUse:
            return later(409, "another request with this Idempotency-Key is under way", "1");
        case jobs::Refusal::keyReused:
            return problem(422, "this Idempotency-Key was used for another request");
        case jobs::Refusal::keyErased:
            return problem(410, "what this Idempotency-Key submitted has been deleted");
        case jobs::Refusal::unavailable:
        case jobs::Refusal::none:
            break;
    }
    return later(503, "jobs cannot be stored now", "5");
}

Response stoppedAfter(std::int64_t count, const char* what) {
    return later(503,
                 "the server is stopping; " + std::to_string(count) + " were " + what +
                     ", ask again for the others",
                 "5");
}

Response noSuchJob(std::string_view id) {
    return problem(404, "there is no job " + inQuotes(id));
}

Response changeAnswer(const jobs::Changed& changed, std::string_view id, const char* whyNot) {
    switch (changed.change) {
        case jobs::Change::done:
        case jobs::Change::asked:
            if (changed.job) return jobAnswer(202, *changed.job);
            break;
        case jobs::Change::refused: {
            std::string members;
            if (changed.job)
                members = std::string(R"(,"state":")") + toString(changed.job->state) + '"';
            return problem(409, whyNot, members);
        }
        case jobs::Change::unavailable:
            return refusalAnswer(jobs::Refusal::unavailable);
        case jobs::Change::notFound:
            break;
    }
    return noSuchJob(id);
}

}  // namespace errand::http
