// SPDX-License-Identifier: Apache-2.0
// Command is one row of the table of what errand can do.
//
// Threads: plain data.
// Owns: its texts and its function.
// Errors: run throws UsageError for words that make no sense; what else it throws is a failure,
//         said in one line.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "cli/arguments.h"

namespace errand::cli {

// Where a command writes: what was asked for, and what went wrong.
struct Streams {
    std::ostream& out;
    std::ostream& err;
};

struct Command {
    std::string name;             // its words: "mail test"
    std::string operands;         // the words after them: "ADDRESS"
    std::string help;             // what it does, in one line
    std::vector<Option> options;  // besides --help
    // Does it, and returns the exit code.
    std::function<int(const Arguments& arguments, Streams streams)> run;
};

}  // namespace errand::cli
