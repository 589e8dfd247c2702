// SPDX-License-Identifier: Apache-2.0
// job_commands.h is what errand does with jobs over HTTP: submit, jobs, job, retry, cancel.
//
// Threads: run by one thread.
// Owns: nothing.
// Errors: UsageError for words that make no sense, Failure for what the server refuses.
#pragma once

#include <string>
#include <vector>

#include "cli/api.h"
#include "cli/command.h"

namespace errand::cli {

Command submitCommand();
Command jobsCommand();
Command jobCommand();
Command retryCommand();
Command cancelCommand();

// Api's options and --json after those of the command's own.
std::vector<Option> withApiOptions(std::vector<Option> own);

// The only word, which must be a job's id.
std::string readId(const Arguments& arguments);

// Shows the job, once it has ended where --wait is given; the exit code says how it ended.
int showJob(Api& api, const std::string& id, const Arguments& arguments, Streams streams);

}  // namespace errand::cli
