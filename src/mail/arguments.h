// SPDX-License-Identifier: Apache-2.0
// arguments.h holds the argument types of mail.send that HTTP must check before a job exists:
// Subject and Contents.
//
// Threads: plain data; functions without state.
// Owns: n/a (plain data).
// Errors: read throws TypeError or ValueError; check answers with words.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/json.h"
#include "rpc/argument.h"

namespace errand::mail {

// One line of text: without CR, LF and NUL, which could end the header and begin another.
struct Subject {
    // As long as a line of a message may be (RFC 5322, 2.1.1); no reader shows more of it.
    static constexpr std::size_t maxCharacters = 998;
    std::string text;
};

// Any text.
struct Contents {
    // What common mail servers take: Postfix's message_size_limit is 10,240,000 bytes, of which
    // base64 and the header use up a quarter and a little.
    static constexpr std::size_t maxBytes = 7'000'000;
    std::string text;
};

}  // namespace errand::mail

namespace errand::rpc {

template <>
struct Argument<mail::Subject> {
    static mail::Subject read(const base::Json& value);
    static std::optional<std::string> check(const base::Json& value);
    static std::string schema();
    static constexpr bool required = true;
};

template <>
struct Argument<mail::Contents> {
    static mail::Contents read(const base::Json& value);
    static std::optional<std::string> check(const base::Json& value);
    static std::string schema();
    static constexpr bool required = true;
};

}  // namespace errand::rpc
