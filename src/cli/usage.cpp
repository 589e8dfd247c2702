// SPDX-License-Identifier: Apache-2.0
#include "cli/usage.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace errand::cli {

namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

std::string written(const Option& option) {
    // The letter is what is written most where there is one; the value then follows at once.
    if (option.letter != 0) return std::string{'-', option.letter} + option.value;
    return "--" + option.name + (option.value.empty() ? "" : ' ' + option.value);
}

// Two columns, the first as wide as its widest text.
std::string table(const Rows& rows) {
    std::size_t width = 0;
    for (const auto& [left, right] : rows) width = std::max(width, left.size());
    std::string text;
    for (const auto& [left, right] : rows) {
        text.append("  ").append(left).append(width - left.size() + 2, ' ');
        text.append(right).append("\n");
    }
    return text;
}

}  // namespace

std::string usageLine(const Command& command) {
    std::string line = "usage: errand " + command.name;
    if (!command.operands.empty()) line += ' ' + command.operands;
    for (const Option& option : command.options) {
        line += " [" + written(option) + ']';
        if (option.repeatable) line += "...";
    }
    return line + '\n';
}

std::string describe(const Command& command) {
    std::string text = usageLine(command) + '\n' + command.help + '\n';
    if (command.options.empty()) return text;
    Rows rows;
    for (const Option& option : command.options) rows.emplace_back(written(option), option.help);
    return text + '\n' + table(rows);
}

std::string overview(std::span<const Command> commands) {
    Rows rows;
    for (const Command& command : commands) {
        const std::string operands = command.operands.empty() ? "" : ' ' + command.operands;
        rows.emplace_back(command.name + operands, command.help);
    }
    rows.emplace_back("help COMMAND", "Says how a command is used.");
    return "usage: errand COMMAND ...\n\nThe client of the job server Errand.\n\n" + table(rows) +
           "\n  --version  prints the version\n"
           "  --help     prints this text, or with a command how it is used\n"
           "\nExit codes: 0 it went well; 1 the answer is an error; 64 the command line makes no\n"
           "sense; 69 whoever was asked is away; 75 not in time, or not now; 77 the login was\n"
           "refused; 78 the configuration makes no sense.\n";
}

}  // namespace errand::cli
