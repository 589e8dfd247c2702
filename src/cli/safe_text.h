// SPDX-License-Identifier: Apache-2.0
// safe_text.h makes what others have written fit for a terminal, which takes control characters for
// commands.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: none: any bytes will do.
#pragma once

#include <string>
#include <string_view>

namespace errand::cli {

// One line: control characters, marks that turn the direction of writing and bytes that are not
// UTF-8 become \n, \x1b, \u202e.
std::string oneLine(std::string_view text);

// As above, but line breaks and tabs stay.
std::string plainLines(std::string_view text);

// JSON text that is the same value, with what a terminal might obey escaped as JSON has it.
// REQUIRES JSON text.
std::string safeJson(std::string_view json);

}  // namespace errand::cli
