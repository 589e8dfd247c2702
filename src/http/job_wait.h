// SPDX-License-Identifier: Apache-2.0
// Answers about a job now, or later where its client would rather wait than ask again (long poll).
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none.
#pragma once

#include <chrono>
#include <optional>

#include "http/etag.h"
#include "http/parking.h"
#include "http/response.h"
#include "jobs/jobs.h"

namespace errand::http {

// What to wait for, and what to say then; both may be asked after the request is gone.
struct Waiting {
    std::function<bool(const jobs::Job& job)> ready;
    std::function<Response(const jobs::Job& job)> answer;
};

// Answers at once where there is no wait, where it is over before it began, and where no more can
// wait; else the connection is parked.
Response answerOrWait(const jobs::Job& job, std::optional<std::chrono::seconds> wait,
                      Waiting waiting);

// The job as it is, with its version and, unless it has ended, when to ask again.
Response versionedJob(jobs::Jobs& jobs, int status, const jobs::Job& job);

}  // namespace errand::http
