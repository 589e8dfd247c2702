// SPDX-License-Identifier: Apache-2.0
// The answers that several handlers give about jobs.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none.
#pragma once

#include <cstdint>
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

// 503: a change of many that the end of the server cut short; `what` is "deleted" or "retried".
Response stoppedAfter(std::int64_t count, const char* what);

Response noSuchJob(std::string_view id);

// 202, 409 with `whyNot` and the job's state, 404 or 503.
Response changeAnswer(const jobs::Changed& changed, std::string_view id, const char* whyNot);

}  // namespace errand::http
