// SPDX-License-Identifier: Apache-2.0
// cookie.h reads one cookie of a request, and writes the one that a session is kept by (RFC 6265).
//
// Threads: functions without state.
// Owns: nothing; what is read is a view of the field.
// Errors: none; what is malformed is as if it were not there.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace errand::access {

// The value of the first cookie of that name, without the quotes around it. `field` is the value of
// Cookie. nullopt where there is none, or it holds what no cookie may.
std::optional<std::string_view> cookieValue(std::string_view field, std::string_view name) noexcept;

// The value of Set-Cookie: for this site alone and out of the reach of scripts. `secure`: for https
// alone. A lifetime of 0 takes the cookie back. REQUIRES a name that is a token and a value of
// characters that a cookie may have.
std::string sessionCookie(std::string_view name, std::string_view value,
                          std::chrono::seconds lifetime, bool secure);

}  // namespace errand::access
