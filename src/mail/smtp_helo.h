// SPDX-License-Identifier: Apache-2.0
// smtp_helo finds what this client calls itself in EHLO, and says what may stand there.
//
// Threads: pure functions, but for what the system says of this machine's name.
// Owns: nothing.
// Errors: none.
#pragma once

#include <string>
#include <string_view>

#include <Poco/Net/IPAddress.h>

namespace errand::mail {

// Labels of letters, digits and hyphens, at most 63 each and 253 together (RFC 1123, 2.1).
bool isHostName(std::string_view text) noexcept;

// "[192.0.2.1]", "[IPv6:2001:db8::1]" (RFC 5321, 4.1.3).
bool isAddressLiteral(std::string_view text);
std::string toAddressLiteral(const Poco::Net::IPAddress& address);

// The machine's full name; where it has none, the address that it speaks from, as RFC 5321
// (4.1.4) wants it: many servers refuse a name without a dot.
std::string machineName(const Poco::Net::IPAddress& local);

}  // namespace errand::mail
