// SPDX-License-Identifier: Apache-2.0
#include "access/proxies.h"

#include <Poco/Exception.h>

#include <algorithm>

#include "access/forwarded.h"

namespace errand::access {

Proxies::Proxies(const std::vector<std::string>& networks) {
    for (const std::string& text : networks) {
        const auto network = base::Network::parse(text);
        if (!network) {
            throw Poco::InvalidArgumentException(
                text + " is neither a network such as 10.0.0.0/8 nor an address");
        }
        networks_.push_back(*network);
    }
}

bool Proxies::trusts(std::string_view address) const {
    const auto read = base::IpAddress::parse(address);
    return read && trusts(*read);
}

bool Proxies::trusts(const base::IpAddress& address) const {
    return std::ranges::any_of(networks_,
                               [&](const base::Network& n) { return n.contains(address); });
}

Client Proxies::clientOf(std::string_view peer, const ForwardedFields& fields,
                         bool secureHere) const {
    const auto address = base::IpAddress::parse(peer);
    if (!address) return {std::string(peer), secureHere};
    Client client{address->toString(), secureHere};
    if (!trusts(*address)) return client;
    const std::vector<Hop> hops =
        fields.forwarded.empty() ? parseForwardedFor(fields.forwardedFor, fields.forwardedProtocol)
                                 : parseForwarded(fields.forwarded);
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
        client.secure = hop->secure.value_or(client.secure);
        if (!hop->from) break;
        client.address = hop->from->toString();
        if (!trusts(*hop->from)) break;
    }
    return client;
}

}  // namespace errand::access
