// SPDX-License-Identifier: Apache-2.0
// Arguments are what a command was told: its words, and the options it knows.
//
// Threads: plain data.
// Owns: its texts.
// Errors: parseArguments throws UsageError, one line that names the argument.
#pragma once

#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace errand::cli {

// A command line that makes no sense, said in one line.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct Option {
    std::string name;   // "config": written --config
    std::string value;  // what it is given, "FILE"; empty: nothing
    std::string help;   // one line
    char letter = 0;    // 'D': written -D too; 0: none
    bool repeatable = false;
};

struct Arguments {
    std::vector<std::string> words;
    std::map<std::string, std::vector<std::string>> options;  // by name, in order

    bool has(const std::string& option) const { return options.contains(option); }
    // The option's value, or the fallback where it is not given.
    std::string value(const std::string& option, const std::string& fallback = {}) const;
    std::vector<std::string> values(const std::string& option) const;
};

// Takes --name VALUE, --name=VALUE, -nVALUE and -n VALUE in any place. A number such as -7 is a
// word, and so is all that follows "--".
Arguments parseArguments(const std::vector<std::string>& given, std::span<const Option> known);

}  // namespace errand::cli
