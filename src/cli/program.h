// SPDX-License-Identifier: Apache-2.0
// Program is errand: it finds the command that was asked for in the table, runs it, and says what
// there is.
//
// Threads: used by one thread.
// Owns: the table.
// Errors: run never throws; what goes wrong is one line on the stream for errors, which begins with
//         "errand: ", and an exit code.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/command.h"

namespace errand::cli {

class Program {
public:
    Program(std::string version, std::vector<Command> commands)
        : version_(std::move(version)), commands_(std::move(commands)) {}

    // `arguments` without the program's name. The exit code.
    int run(const std::vector<std::string>& arguments, Streams streams) const;

private:
    int dispatch(const std::vector<std::string>& arguments, Streams streams) const;
    int help(std::span<const std::string> words, Streams streams) const;
    // The command whose words the arguments begin with, the longest; null: none.
    const Command* find(std::span<const std::string> arguments) const;
    [[noreturn]] void refuse(std::span<const std::string> words) const;

    // Set in the constructor, then constant.
    const std::string version_;
    const std::vector<Command> commands_;
};

}  // namespace errand::cli
