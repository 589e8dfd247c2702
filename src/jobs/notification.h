// SPDX-License-Identifier: Apache-2.0
// The job that tells a webhook how another has ended: a call of webhook.deliver, committed with
// that end as casts are.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none.
#pragma once

#include <optional>
#include <string>

#include "jobs/core.h"

namespace errand::jobs {

struct Ending {
    JobState state = JobState::succeeded;
    std::string result;     // JSON text, of one that succeeded
    rpc::ErrorReply error;  // of one that failed
    std::optional<base::Time> startedAt;
    base::Time finishedAt{};
};

// nullopt: nobody wants to know.
std::optional<Job> makeNotification(const Core& core, const ClaimedJob& job, const Ending& ending);

// The member "webhook" of a job's `notify`.
std::string webhookOf(const std::string& notify);

}  // namespace errand::jobs
