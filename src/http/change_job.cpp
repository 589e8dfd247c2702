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
    const auto changed = request.jobs.cancel(*id);
    if (!changed) return notYours();
    return changeAnswer(*changed, request.id, "the job has finished already");
}

Response retryJob(const Site&, const Request& request) {
    const auto id = base::Id::parse(request.id);
    if (!id) return noSuchJob(request.id);
    const auto changed = request.jobs.retry(*id);
    if (!changed) return notYours();
    return changeAnswer(*changed, request.id, "only a failed or cancelled job can be queued again");
}

}  // namespace errand::http
