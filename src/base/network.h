// SPDX-License-Identifier: Apache-2.0
// IpAddress and Network are an address and a range of them, whichever of the two families it is.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: parse answers nullopt for text that is none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace errand::base {

// IPv4 is kept as IPv6 maps it (::ffff:0:0/96): 192.0.2.7 and ::ffff:192.0.2.7 are the same.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};

    // "192.0.2.7", "2001:db8::1"; nothing around it, and no zone.
    static std::optional<IpAddress> parse(std::string_view text);
    // As it stands in memory, in the order of the network. REQUIRES a size of 4 or 16.
    static IpAddress fromBytes(const void* data, std::size_t size);

    // 127.0.0.0/8 or ::1.
    bool isLoopback() const;

    // The shortest form: always the same for the same address.
    std::string toString() const;
    bool operator==(const IpAddress&) const = default;
};

class Network {
public:
    // "10.0.0.0/8", "fd00::/8", "192.0.2.7".
    static std::optional<Network> parse(std::string_view text);

    bool contains(const IpAddress& address) const;

private:
    IpAddress first_;
    unsigned bits_ = 0;
};

}  // namespace errand::base
