// SPDX-License-Identifier: Apache-2.0
// python_string.h reads a string as a Python program has it: four kinds of quotes, escapes, raw
// strings, and neighbours that make one.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: BadSyntax in Python's words; it is incomplete where triple quotes are still open.
#pragma once

#include <string>

#include "cli/cursor.h"

namespace errand::cli {

// Whether a string begins here, with or without a prefix.
bool startsString(const Cursor& cursor) noexcept;

// The string and those that follow it with only blanks between; line breaks are blanks within
// brackets. REQUIRES startsString.
std::string readString(Cursor& cursor);

}  // namespace errand::cli
