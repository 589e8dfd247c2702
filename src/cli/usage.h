// SPDX-License-Identifier: Apache-2.0
// usage.h writes how commands are called.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: none.
#pragma once

#include <span>
#include <string>

#include "cli/command.h"

namespace errand::cli {

// "usage: errand mail test ADDRESS [--config FILE]" and a line break.
std::string usageLine(const Command& command);

// What "errand help COMMAND" prints: usage, what it does, its options.
std::string describe(const Command& command);

// What "errand help" prints: every command with its one line.
std::string overview(std::span<const Command> commands);

}  // namespace errand::cli
