// SPDX-License-Identifier: Apache-2.0
// Fence says which addresses a webhook may be sent to: those of the public internet, and what the
// configuration allows besides. Else whoever submits a job could have this server ask others that
// only it can reach.
//
// Threads: constant once built; any thread.
// Owns: its list.
// Errors: none; a refusal is the kind of address it is, in words.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/Net/IPAddress.h>

namespace errand::webhook {

// A range of addresses. IPv4 is kept as IPv6 maps it (::ffff:0:0/96), and an address of NAT64
// (64:ff9b::/96) counts as the one it leads to: however an address is written, it is the same here.
class Network {
public:
    // "10.0.0.0/8", "fd00::/8", "192.0.2.7"; nullopt for anything else.
    static std::optional<Network> parse(std::string_view text);

    bool contains(const Poco::Net::IPAddress& address) const;

private:
    std::array<std::uint8_t, 16> first_{};
    unsigned bits_ = 0;
};

class Fence {
public:
    // REQUIRES entries of which isEntry is true.
    explicit Fence(const std::vector<std::string>& allow = {});

    // A network, an address or a host name.
    static bool isEntry(const std::string& text);

    // nullopt: the address may be asked, for a URL with that host. Else what kind it is:
    // "loopback".
    std::optional<std::string> refusal(const std::string& host,
                                       const Poco::Net::IPAddress& address) const;

    // The same as far as the host tells without a look-up: an address, or localhost by its name.
    std::optional<std::string> refusal(const std::string& host) const;

private:
    std::vector<Network> networks_;
    std::vector<std::string> hosts_;  // in lower case
};

}  // namespace errand::webhook
