// SPDX-License-Identifier: Apache-2.0
// Outcome is how a call went, for people and for scripts: its result, or what went wrong by name.
//
// Threads: plain data; the functions are pure.
// Owns: its texts.
// Errors: none.
#pragma once

#include <chrono>
#include <string>

#include "rpc/transport.h"

namespace errand::cli {

struct Outcome {
    int code = 0;         // the exit code that says it
    std::string result;   // JSON text; of a call that went well
    std::string type;     // "ZeroDivisionError"; empty: it went well
    std::string message;  // "division by zero"
};

// `patience` is how long was waited.
Outcome outcomeOf(const rpc::End& end, const std::string& service,
                  std::chrono::milliseconds patience);

// "ZeroDivisionError: division by zero", as Python's last line has it; fit for a terminal.
std::string errorLine(const std::string& type, const std::string& message);

// {"error":{"type":...,"message":...}}
std::string errorJson(const std::string& type, const std::string& message);

}  // namespace errand::cli
