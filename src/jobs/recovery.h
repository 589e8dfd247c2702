// SPDX-License-Identifier: Apache-2.0
// Recovery puts right what an earlier run left behind: jobs that were running when it ended are
// queued again, and those whose methods had begun when the process died have the crash counted.
//
// Threads: the starting thread, before the writer runs.
// Owns: nothing.
// Errors: StoreError.
#pragma once

#include <vector>

#include "jobs/core.h"
#include "store/database.h"

namespace errand::jobs {

// Notes this run in `boots` and returns its number.
std::int64_t noteBoot(store::Database& database, const Settings& settings, base::Time now);

// In one transaction. Afterwards no job is running but those returned, whose calls may have
// survived in the broker, and the marks are wiped. Also reads what the dispatcher's timetable and
// lanes start with.
std::vector<RunningJob> recover(store::Database& database, Core& core);

}  // namespace errand::jobs
