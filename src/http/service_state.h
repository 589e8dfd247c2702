// SPDX-License-Identifier: Apache-2.0
// Writes how a service is now, as GET /services and the answers to a pause show it.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none.
#pragma once

#include <string>

#include "jobs/jobs.h"

namespace errand::http {

// The members "paused":...,"waits":...,"jobs":{"queued":...}, without a comma before or after.
void appendServiceState(std::string& out, const jobs::ServiceState& state);

}  // namespace errand::http
