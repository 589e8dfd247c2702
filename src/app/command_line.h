// SPDX-License-Identifier: Apache-2.0
// CommandLine is what errandd was told by its arguments.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: parseCommandLine throws ConfigError, one line that names the argument.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace errand::app {

struct CommandLine {
    std::string configFile;                                    // empty: none
    std::vector<std::pair<std::string, std::string>> defines;  // -Dkey=value, in order
    std::string pidFile;                                       // absolute; empty: none
    bool daemon = false;
    bool showConfig = false;
    bool checkConfig = false;
    bool check = false;
    std::string restore;   // the file to restore from; empty: none
    std::string selfTest;  // "crash"; empty: none
    bool version = false;
    bool help = false;
};

// `arguments` without the program's name.
CommandLine parseCommandLine(const std::vector<std::string>& arguments);

// "key=value", as -D takes it.
std::pair<std::string, std::string> parseDefine(const std::string& text);

// What --help prints.
std::string usage();

}  // namespace errand::app
