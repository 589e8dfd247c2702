// SPDX-License-Identifier: Apache-2.0
#include "http/job_answers.h"
#include "http/site.h"

namespace errand::http {

Response cancelJob(const Site& site, const Request& request) {
    const auto id = base::Id::parse(request.id);
    if (!id) return noSuchJob(request.id);
    return changeAnswer(site.jobs.cancel(*id), request.id, "the job has finished already");
}

Response retryJob(const Site& site, const Request& request) {
    const auto id = base::Id::parse(request.id);
    if (!id) return noSuchJob(request.id);
    return changeAnswer(site.jobs.retry(*id), request.id,
                        "only a failed or cancelled job can be queued again");
}

}  // namespace errand::http
