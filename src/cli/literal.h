// SPDX-License-Identifier: Apache-2.0
// literal.h reads values as a Python program has them, into the JSON that Python's json would make
// of them.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: BadSyntax; it is incomplete where a bracket is still open.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "cli/cursor.h"

namespace errand::cli {

// The arguments of a call.
struct Operands {
    base::Json::Array args;
    base::Json::Object kwargs;
};

// A value within brackets, with the blanks around it: strings, numbers, True, False, None, lists,
// tuples and dicts.
base::Json readLiteral(Cursor& cursor);

// Of "(1, 'b', key=None)" what stands behind the opening bracket, which is at that offset.
Operands readOperands(Cursor& cursor, std::size_t opening);

}  // namespace errand::cli
