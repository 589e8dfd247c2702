// SPDX-License-Identifier: Apache-2.0
// upkeep is what errandd does besides serving: it looks at a store, restores one, tests a disk.
//
// Threads: run by one thread.
// Owns: nothing.
// Errors: Refusal, see backup.h; SelfTest's as its header says.
#pragma once

#include <optional>

#include "app/command_line.h"
#include "app/config.h"

namespace errand::app {

// Does what the command line asks for, and says so on stdout; the exit code. Nothing: it asks for a
// server.
std::optional<int> doUpkeep(const CommandLine& line, const Config& config);

}  // namespace errand::app
