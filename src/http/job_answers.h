// SPDX-License-Identifier: Apache-2.0
// The answers that several handlers give about jobs.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none.
#pragma once

#include <string_view>

#include "http/response.h"
#include "jobs/jobs.h"

namespace errand::http {

// The job as JSON, with that status.
Response jobAnswer(int status, const jobs::Job& job);

// "/jobs/ID".
std::string jobLocation(const jobs::Job& job);

// 503 or 507, with Retry-After. REQUIRES a refusal other than none.
Response refusalAnswer(jobs::Refusal refusal);

Response noSuchJob(std::string_view id);

// 202, 409 with `whyNot` and the job's state, 404 or 503.
Response changeAnswer(const jobs::Changed& changed, std::string_view id, const char* whyNot);

}  // namespace errand::http
