// SPDX-License-Identifier: Apache-2.0
// mask.h hides the passwords of URIs before a person or a log sees them.
//
// Threads: a pure function.
// Owns: nothing.
// Errors: none.
#pragma once

#include <string>
#include <string_view>

namespace errand::base {

// The text with the password of every "scheme://user:PASSWORD@" in it replaced by "********": one
// URI, or a list of them.
std::string maskPasswords(std::string_view text);

}  // namespace errand::base
