// SPDX-License-Identifier: Apache-2.0
// Value is what one key was set to, and where: it reads itself as the type that is wanted, or
// refuses with a line that names the key and says what to do.
//
// Threads: plain data.
// Owns: its texts.
// Errors: every reader throws ConfigError.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <Poco/Exception.h>

namespace errand::app {

// A start that cannot be: one line that names the key, what is wrong and what to do.
class ConfigError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// What an exception says, or where it says nothing its name.
std::string textOf(const Poco::Exception& exception);

// What of a value nobody may read.
enum class Secret { nothing, passwords, everything };

class Value {
public:
    // `origin` completes the sentence "from ...". What is secret shows in no message.
    Value(std::string key, std::string text, std::string origin, Secret secret);

    const std::string& key() const noexcept { return key_; }
    const std::string& text() const noexcept { return text_; }
    // The text as everybody may read it.
    std::string shown() const;
    const std::string& nonEmpty() const;
    bool flag() const;
    // The limits are inclusive; `reason` completes "because ...".
    std::int64_t number(std::int64_t least, std::int64_t most, const char* reason) const;
    std::int64_t size(std::int64_t least, std::int64_t most, const char* reason) const;
    std::chrono::milliseconds duration(std::chrono::milliseconds least,
                                       std::chrono::milliseconds most, const char* reason) const;
    // Names separated by commas, each once; may be empty.
    std::vector<std::string> list() const;
    const std::string& oneOf(const std::vector<std::string>& choices) const;

    // Throws: `what` says what is wrong and what to do.
    [[noreturn]] void refuse(const std::string& what) const;

private:
    const std::string key_;
    const std::string text_;
    const std::string origin_;
    const Secret secret_;
};

}  // namespace errand::app
