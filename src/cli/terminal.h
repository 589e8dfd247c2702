// SPDX-License-Identifier: Apache-2.0
// terminal.h is the shell's lines where a person types them: with libedit, or where there is none
// as the terminal itself has them edited.
//
// Threads: used by one thread.
// Owns: nothing; the lines borrow what they were made with.
// Errors: std::runtime_error where the editor cannot be set up.
#pragma once

#include <memory>

#include "base/interrupts.h"
#include "cli/history_file.h"
#include "cli/line_source.h"

namespace errand::cli {

std::unique_ptr<LineSource> terminalLines(const HistoryFile& file, base::Interrupts& interrupts);

}  // namespace errand::cli
