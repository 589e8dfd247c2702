// SPDX-License-Identifier: Apache-2.0
// Reads a request's target (RFC 9112, section 3.2) and what is percent-encoded in it.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: outcomes are values: a Fault, or false.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/request.h"

namespace errand::http {

// Sets the head's path and query from "/path?query", "http://authority/path?query" or, for OPTIONS,
// "*". The head's method is set already.
std::optional<Fault> readTarget(std::string_view target, Head& head);

// Appends the text with its %XX decoded; false when a '%' is followed by anything else.
bool percentDecode(std::string_view text, bool plusIsSpace, std::string& out);

}  // namespace errand::http
