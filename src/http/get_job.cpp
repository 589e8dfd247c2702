// SPDX-License-Identifier: Apache-2.0
#include "http/job_answers.h"
#include "http/site.h"

namespace errand::http {

Response getJob(const Site& site, const Request& request) {
    const auto id = base::Id::parse(request.id);
    const auto job = id ? site.jobs.find(*id) : std::nullopt;
    return job ? jobAnswer(200, *job) : noSuchJob(request.id);
}

}  // namespace errand::http
