// SPDX-License-Identifier: Apache-2.0
// base64 writes bytes as RFC 4648 text, for bodies, encoded words and logins.
//
// Threads: a pure function.
// Owns: nothing.
// Errors: none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace errand::mail {

// In lines of that length, CRLF between them but none after the last; 0: in one line. REQUIRES a
// multiple of 4.
std::string base64(std::string_view bytes, std::size_t lineLength = 0);

}  // namespace errand::mail
