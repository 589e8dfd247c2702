// SPDX-License-Identifier: Apache-2.0
// python_value.h writes values as Python's shell shows them.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: none.
#pragma once

#include <string>

#include "base/json.h"

namespace errand::cli {

// repr() of what json.loads would make of it: None, True, 'x', [1, 2], {'a': 1}. Numbers stay as
// they are, digit for digit. What is not printable is escaped, so no terminal obeys it.
std::string asPython(const base::Json& value);

}  // namespace errand::cli
