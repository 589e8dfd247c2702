// SPDX-License-Identifier: Apache-2.0
// Reads a job to be submitted out of a request's body; everything that is wrong with it is said at
// once.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: outcomes are values: a 400 for what is no JSON object, a 422 with one entry a field.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "http/response.h"
#include "jobs/job.h"
#include "rpc/catalogue.h"

namespace errand::http {

// What a body asks for, as a job that may be submitted as it is.
using JobRequest = std::variant<jobs::NewJob, Response>;

struct Computation {
    jobs::NewJob job;
    std::string email;  // empty: nobody is promised a mail
};

// The body of POST /compute: {"operation","value","other","email"}.
std::variant<Computation, Response> readComputation(std::string_view body,
                                                    const rpc::Catalogue& catalogue);

// The body of POST /jobs: {"service","method",...}, or that of POST /compute.
JobRequest readJob(std::string_view body, const rpc::Catalogue& catalogue, base::Time now);

// An array of such bodies, 1 to 10,000. The first that is wrong is named by its `index`.
using JobsRequest = std::variant<std::vector<jobs::NewJob>, Response>;
JobsRequest readJobs(std::string_view body, const rpc::Catalogue& catalogue, base::Time now);

}  // namespace errand::http
