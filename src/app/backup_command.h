// SPDX-License-Identifier: Apache-2.0
// backup_command.h is "errand backup": a copy of the store that errandd keeps its jobs in, on the
// same machine, while it runs.
//
// Threads: run by one thread.
// Owns: nothing.
// Errors: the command throws cli::UsageError for words that make no sense; all else is one line and
//         an exit code.
#pragma once

#include "cli/command.h"

namespace errand::app {

cli::Command backupCommand();

}  // namespace errand::app
