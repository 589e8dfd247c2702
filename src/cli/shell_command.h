// SPDX-License-Identifier: Apache-2.0
// shellCommand is "errand shell": calls over the broker, typed by a person or read from a pipe.
//
// Threads: run by one thread.
// Owns: nothing.
// Errors: UsageError for words that make no sense, Failure where there is no broker.
#pragma once

#include "cli/command.h"

namespace errand::cli {

Command shellCommand();

}  // namespace errand::cli
