// SPDX-License-Identifier: Apache-2.0
// Failure ends a command: with one line, the name of what went wrong, and the exit code for it.
//
// Threads: plain data.
// Owns: its texts.
// Errors: it is the error; Program says its line.
#pragma once

#include <stdexcept>
#include <string>

namespace errand::cli {

class Failure : public std::runtime_error {
public:
    // The type is one word for programs, "Unavailable"; the text is one line for people.
    Failure(int code, std::string type, const std::string& text)
        : std::runtime_error(text), code_(code), type_(std::move(type)) {}
    int code() const noexcept { return code_; }
    const std::string& type() const noexcept { return type_; }

private:
    int code_;
    std::string type_;
};

}  // namespace errand::cli
