// SPDX-License-Identifier: Apache-2.0
// Reads when and how a job is to be tried: run_at, delay, expires_at, timeout, max_attempts,
// priority, tags.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: outcomes are values: what is wrong is added to the errors, a field at a time.
#pragma once

#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "jobs/job.h"
#include "rpc/method.h"

namespace errand::http {

// Sets what the body gives. REQUIRES an object.
void readJobOptions(const base::Json& body, base::Time now, jobs::NewJob& job,
                    std::vector<rpc::FieldError>& errors);

}  // namespace errand::http
