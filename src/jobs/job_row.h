// SPDX-License-Identifier: Apache-2.0
// What a Job looks like as a row: the columns in one order, and their reading.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: StoreError.
#pragma once

#include "jobs/job.h"
#include "store/statement.h"

namespace errand::jobs {

// The columns readJob expects, as SQL text.
extern const char* const jobColumns;

// The same, with NULL for args, kwargs and result: what lists leave out.
extern const char* const listedColumns;

Job readJob(const store::Statement& row);

}  // namespace errand::jobs
