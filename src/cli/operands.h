// SPDX-License-Identifier: Apache-2.0
// operands.h reads what commands are given: whom to call, with what, and for how long to wait.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: UsageError, which names what makes no sense.
#pragma once

#include <chrono>
#include <span>
#include <string>

#include "cli/arguments.h"
#include "rpc/call.h"

namespace errand::cli {

struct Target {
    std::string service;
    std::string method;
};

// "compute.compute". What comes before the last dot is the service: its name may have dots.
Target readTarget(const std::string& word);

// Each word is JSON where it reads as JSON, and a string where it does not; `kwargs` is the text of
// a JSON object.
rpc::Arguments readCallArguments(std::span<const std::string> words, const std::string& kwargs);

// The option's value, "2.5", in seconds; `fallback` where it is not given.
std::chrono::milliseconds readSeconds(const Arguments& arguments, const std::string& option,
                                      std::chrono::milliseconds fallback);

// "5 s", "2.5 s"
std::string inSeconds(std::chrono::milliseconds time);

// The option's value, or the environment's, or the fallback. "@FILE" is the first line of that
// file, since a password in a command line is for all to see.
std::string optionOrEnvironment(const Arguments& arguments, const std::string& option,
                                const char* variable, const std::string& fallback);

}  // namespace errand::cli
