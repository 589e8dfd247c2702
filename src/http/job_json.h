// SPDX-License-Identifier: Apache-2.0
// Writes a job as the JSON that GET /jobs/ID answers. Arguments and results are JSON text already
// and go in as they are, so that no digit is lost.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none.
#pragma once

#include <string>

#include "jobs/job.h"
#include "jobs/jobs.h"

namespace errand::http {

void appendJob(std::string& out, const jobs::Job& job);

// {"jobs":[...],"next":...}, each job without args, kwargs and result.
void appendPage(std::string& out, const jobs::Page& page);

}  // namespace errand::http
