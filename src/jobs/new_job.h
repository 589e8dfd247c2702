// SPDX-License-Identifier: Apache-2.0
// Turns what a submitter or a running method asked for into a job that can be stored.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none; what is absent follows the method's policy, or Settings where that says nothing.
#pragma once

#include "jobs/core.h"
#include "jobs/job.h"

namespace errand::jobs {

Job makeJob(const Core& core, NewJob wanted, base::Time now);

// The child that a cast becomes: of its parent's priority, trace and submitter.
Job makeChild(const Core& core, const rpc::Cast& cast, const ClaimedJob& parent, base::Time now);

}  // namespace errand::jobs
