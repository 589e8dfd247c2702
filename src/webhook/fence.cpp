// SPDX-License-Identifier: Apache-2.0
#include "webhook/fence.h"

#include <Poco/String.h>

#include <algorithm>

#include "rpc/web_url.h"

namespace errand::webhook {
namespace {

using base::IpAddress;
using base::Network;
using Poco::Net::IPAddress;

struct Row {
    const char* network;
    const char* kind;
};

// IANA's registries of special-purpose addresses (RFC 6890 and what came after), without those
// that are reachable from everywhere.
constexpr Row internal[] = {
    {"0.0.0.0/8", "unspecified"},
    {"10.0.0.0/8", "private"},
    {"100.64.0.0/10", "private to a provider"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "reserved"},
    {"192.0.2.0/24", "for documentation"},
    {"192.88.99.0/24", "reserved"},
    {"192.168.0.0/16", "private"},
    {"198.18.0.0/15", "for benchmarks"},
    {"198.51.100.0/24", "for documentation"},
    {"203.0.113.0/24", "for documentation"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},
    {"::/128", "unspecified"},
    {"::1/128", "loopback"},
    {"fc00::/7", "private"},
    {"fe80::/10", "link-local"},
    {"fec0::/10", "private"},
    {"ff00::/8", "multicast"},
    {"2001::/23", "reserved"},  // Teredo among them, which leads to any IPv4 address
    {"2001:db8::/32", "for documentation"},
    {"2002::/16", "reserved"},  // 6to4: likewise
    {"3fff::/20", "for documentation"},
};

// All the rest of IPv6 that is assigned to anybody; IPv4 has nothing left.
constexpr const char* assigned[] = {"::ffff:0:0/96", "2000::/3"};

// Where the address leads in the end.
IpAddress targetOf(const IPAddress& address) {
    IpAddress target = IpAddress::fromBytes(address.addr(), address.length());
    static const Network nat64 = Network::parse("64:ff9b::/96").value();  // RFC 6052's own prefix
    if (!nat64.contains(target)) return target;
    return IpAddress::fromBytes(&target.bytes[12], 4);
}

struct Kind {
    Network network;
    std::string words;
};

const std::vector<Kind>& kinds() {
    static const std::vector<Kind> all = [] {
        std::vector<Kind> made;
        for (const Row& row : internal) {
            made.push_back({Network::parse(row.network).value(), row.kind});
        }
        return made;
    }();
    return all;
}

std::optional<std::string> kindOf(const IpAddress& address) {
    for (const Kind& kind : kinds()) {
        if (kind.network.contains(address)) return kind.words;
    }
    const bool known = std::ranges::any_of(assigned, [&](const char* network) {
        return Network::parse(network).value().contains(address);
    });
    return known ? std::nullopt : std::optional<std::string>("reserved");
}

}  // namespace

Fence::Fence(const std::vector<std::string>& allow) {
    for (const std::string& entry : allow) {
        if (const auto network = Network::parse(entry)) {
            networks_.push_back(*network);
        } else {
            hosts_.push_back(Poco::toLower(entry));
        }
    }
}

bool Fence::isEntry(const std::string& text) {
    if (Network::parse(text)) return true;
    // An address that went wrong is no name.
    const bool lettered = text.find_first_not_of("0123456789.") != text.npos;
    return lettered && rpc::isHostName(text);
}

std::optional<std::string> Fence::refusal(const std::string& host, const IPAddress& address) const {
    const IpAddress target = targetOf(address);
    const bool allowed =
        std::ranges::count(hosts_, host) > 0 ||
        std::ranges::any_of(networks_, [&](const Network& n) { return n.contains(target); });
    return allowed ? std::nullopt : kindOf(target);
}

std::optional<std::string> Fence::refusal(const std::string& host) const {
    // POCO's reader takes "::" for no address; it is what this begins as.
    IPAddress address(IPAddress::IPv6);
    const bool isV6 = host.find(':') != host.npos;
    if (IPAddress::tryParse(host, address) || isV6) return refusal(host, address);
    if (host != "localhost" && !host.ends_with(".localhost")) return std::nullopt;
    // RFC 6761, 6.3: whatever a look-up would say.
    return refusal(host, IPAddress("127.0.0.1"));
}

}  // namespace errand::webhook
