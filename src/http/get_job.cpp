// SPDX-License-Identifier: Apache-2.0
#include "http/client_jobs.h"
#include "http/etag.h"
#include "http/job_answers.h"
#include "http/job_wait.h"
#include "http/prefer.h"
#include "http/site.h"

namespace errand::http {

// Poll, or long poll: one that names the versions it has waits for another, any other for the end.
Response getJob(const Site& site, const Request& request) {
    const auto id = base::Id::parse(request.id);
    const auto job = id ? request.jobs.find(*id) : std::nullopt;
    if (!job) return noSuchJob(request.id);
    const IfNoneMatch known(request.head);
    const auto ready = [known](const jobs::Job& now) {
        return isFinished(now.state) || (known.given() && !known.names(etagOf(now.changed)));
    };
    const auto answer = [&jobs = site.jobs, known](const jobs::Job& now) {
        Response response = versionedJob(jobs, 200, now);
        if (known.names(etagOf(now.changed))) {
            response.status = 304;
            response.body.clear();
        }
        return response;
    };
    const auto wait = readPreferences(request.head, site.maxWait).wait;
    return answerOrWait(*job, wait, {ready, answer});
}

}  // namespace errand::http
