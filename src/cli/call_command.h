// SPDX-License-Identifier: Apache-2.0
// callCommand is "errand call": one call over the broker, for scripts.
//
// Threads: run by one thread.
// Owns: nothing.
// Errors: UsageError for words that make no sense; the outcome is the exit code.
#pragma once

#include "cli/command.h"
#include "cli/outcome.h"

namespace errand::cli {

Command callCommand();

// What "errand call" prints: the result on one stream, the error on the other, or both as one JSON
// object. The exit code.
int printOutcome(const Outcome& outcome, bool asJson, Streams streams);

}  // namespace errand::cli
