// SPDX-License-Identifier: Apache-2.0
// forwarded.h reads what proxies say of the way a request has come: Forwarded (RFC 7239), or
// X-Forwarded-For and X-Forwarded-Proto, which came before it.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none. A field that is malformed says nothing; a place that is no address is none.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/network.h"

namespace errand::access {

// What one proxy says of whoever asked it.
struct Hop {
    std::optional<base::IpAddress> from;  // nullopt: it cannot or will not say
    std::optional<bool> secure;           // over https; nullopt: it does not say

    bool operator==(const Hop&) const = default;
};

// The first proxy's comes first, as in the field. Each of the texts may be several fields, put
// together with commas.
std::vector<Hop> parseForwarded(std::string_view text);

// The protocols go with the addresses where there are as many of both; else the last of them, which
// the nearest proxy wrote or let pass, is that of all.
std::vector<Hop> parseForwardedFor(std::string_view addresses, std::string_view protocols);

}  // namespace errand::access
