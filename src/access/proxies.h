// SPDX-License-Identifier: Apache-2.0
// Proxies are the servers in front of this one whose word counts: they say who the client is and
// whether its connection is encrypted.
//
// Threads: constant once built; any thread.
// Owns: its list.
// Errors: the constructor throws Poco::InvalidArgumentException that names the entry; what a client
//         sends never throws.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/network.h"

namespace errand::access {

// The values of the fields, those of several put together with commas; empty: there is none. A
// proxy passes on the fields that it does not set itself, whoever wrote them: give only those that
// all trusted proxies set.
struct ForwardedFields {
    std::string_view forwarded;          // Forwarded; where there is one the others do not count
    std::string_view forwardedFor;       // X-Forwarded-For
    std::string_view forwardedProtocol;  // X-Forwarded-Proto
};

struct Client {
    std::string address;  // in one form: fit for a key
    bool secure = false;  // the client's own connection is https, as far as is known
};

class Proxies {
public:
    // "10.0.0.0/8", "::1", "192.0.2.7".
    explicit Proxies(const std::vector<std::string>& networks = {});

    bool trusts(std::string_view address) const;

    // The fields count where the peer is trusted alone. Read from their end, the first address that
    // is no trusted proxy's is the client: what stands before it anybody may have written. Where a
    // proxy says that it does not know, or nothing that makes sense, the client is the last address
    // that is known.
    Client clientOf(std::string_view peer, const ForwardedFields& fields, bool secureHere) const;

private:
    bool trusts(const base::IpAddress& address) const;

    std::vector<base::Network> networks_;
};

}  // namespace errand::access
