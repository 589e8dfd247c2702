// SPDX-License-Identifier: Apache-2.0
// python.h words values as Python 3 does, for errors that Python programs compare and people know.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: none.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace errand::rpc {

// repr(str): quoted, with what does not print escaped; cut after `limit` characters as "%.200R" is
// cut. REQUIRES valid UTF-8.
std::string pythonRepr(std::string_view text, std::size_t limit = std::string_view::npos);

// The name of the type json.loads would make of it: "NoneType", "int", "dict".
const char* pythonTypeName(const base::Json& value) noexcept;

}  // namespace errand::rpc
