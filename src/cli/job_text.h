// SPDX-License-Identifier: Apache-2.0
// job_text.h shows jobs to people.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: none: what is missing in a job is shown as nothing.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace errand::cli {

// A member of a job: a string as it is, null and nothing as "", all else as JSON.
std::string memberText(const base::Json& job, const std::string& name);

// "id:       01a2..." and so on, a line each, with result or error.
std::string describeJob(const base::Json& job);

// A table with a head: id, state, call, attempt, created.
std::string tableOf(const std::vector<base::Json>& jobs);

// The exit code that says how a job has ended: exitTryAgain where it has not.
int exitCodeOf(const base::Json& job);

}  // namespace errand::cli
