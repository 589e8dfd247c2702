// SPDX-License-Identifier: Apache-2.0
// python_number.h reads a number as a Python program has it, and keeps every digit.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: BadSyntax in Python's words.
#pragma once

#include "base/json.h"
#include "cli/cursor.h"

namespace errand::cli {

// Whether a number without a sign begins here.
bool startsNumber(const Cursor& cursor) noexcept;

// 1_000, 0xff, 0o17, 0b1, 1.5, .5, 5., 1e3: as JSON has them. REQUIRES startsNumber.
base::Json::Number readNumber(Cursor& cursor);

}  // namespace errand::cli
