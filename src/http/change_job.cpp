// SPDX-License-Identifier: Apache-2.0
#include "http/client_jobs.h"
#include "http/job_answers.h"
#include "http/problem.h"
#include "http/site.h"

namespace errand::http {

namespace {

Response notYours() {
    return problem(403, "the job is another's: to change it takes a token with the scope admin");
}

}  // namespace

Response cancelJob(const Site&, const Request& request) {
    const auto id = base::Id::parse(request.id);
    if (!id) return noSuchJob(request.id);
    if (request.jobs.mayOnlySee(*id)) return notYours();
    return changeAnswer(request.jobs.cancel(*id), request.id, "the job has finished already");
}

Response retryJob(const Site&, const Request& request) {
    const auto id = base::Id::parse(request.id);
    if (!id) return noSuchJob(request.id);
    if (request.jobs.mayOnlySee(*id)) return notYours();
    return changeAnswer(request.jobs.retry(*id), request.id,
                        "only a failed or cancelled job can be queued again");
}

}  // namespace errand::http
