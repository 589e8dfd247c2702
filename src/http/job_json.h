// SPDX-License-Identifier: Apache-2.0
// Writes a job as the JSON that GET /jobs/ID answers. Arguments and results are JSON text already
// and go in as they are, so that no digit is lost. What a submit may leave out, priority, notify
// and traceparent, is there where it was given.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none.
#pragma once

#include <string>
#include <string_view>

#include "jobs/job.h"
#include "jobs/jobs.h"

namespace errand::http {

void appendJob(std::string& out, const jobs::Job& job);

// As lists show it: without args, kwargs and result.
void appendListedJob(std::string& out, const jobs::Job& job);

// {"jobs":[...],"next":...}; with "scanned_to" where the page ends because enough was looked
// through. `next` is the cursor of what follows, empty at the end.
void appendPage(std::string& out, const jobs::Page& page, std::string_view next);

}  // namespace errand::http
