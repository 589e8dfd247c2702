// SPDX-License-Identifier: Apache-2.0
#include "base/network.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/sockets.h"

namespace errand::base {
namespace {

constexpr std::size_t longestText = 45;  // of IPv6, with the end in IPv4's form
constexpr unsigned allBits = 128;
constexpr unsigned mappedBits = 96;  // before the IPv4 address
constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool isV4(const IpAddress& address) {
    return std::equal(mapped.begin(), mapped.end(), address.bytes.begin());
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    // The system's reader would take what stands before a NUL.
    if (text.size() > longestText || text.find('\0') != text.npos) return std::nullopt;
    const std::string written(text);
    std::array<std::uint8_t, 16> read{};
    // POCO's own reader takes zones, and "::" for no address.
    if (readAddress(Family::v4, written, read.data())) return fromBytes(read.data(), 4);
    if (!readAddress(Family::v6, written, read.data())) return std::nullopt;
    return fromBytes(read.data(), read.size());
}

IpAddress IpAddress::fromBytes(const void* data, std::size_t size) {
    IpAddress address;
    std::copy(mapped.begin(), mapped.end(), address.bytes.begin());
    std::memcpy(&address.bytes[address.bytes.size() - size], data, size);
    return address;
}

bool IpAddress::isLoopback() const {
    if (isV4(*this)) return bytes[mapped.size()] == 127;
    constexpr std::array<std::uint8_t, 16> one{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return bytes == one;
}

std::string IpAddress::toString() const {
    if (isV4(*this)) return writeAddress(Family::v4, &bytes[mapped.size()]);
    return writeAddress(Family::v6, bytes.data());
}

std::optional<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view written = text.substr(0, slash);
    const auto address = IpAddress::parse(written);
    if (!address) return std::nullopt;
    // As it is written: "::ffff:10.0.0.0/104" counts its bits as IPv6 does.
    const unsigned before = written.find(':') == written.npos ? mappedBits : 0;
    unsigned bits = allBits - before;
    if (slash != text.npos) {
        const std::string_view digits = text.substr(slash + 1);
        const char* end = digits.data() + digits.size();
        const auto [at, error] = std::from_chars(digits.data(), end, bits);
        if (error != std::errc() || at != end || bits > allBits - before) return std::nullopt;
    }
    Network network;
    network.first_ = *address;
    network.bits_ = bits + before;
    return network;
}

bool Network::contains(const IpAddress& address) const {
    const auto& first = first_.bytes;
    const std::size_t whole = bits_ / 8;
    if (!std::equal(first.begin(), first.begin() + whole, address.bytes.begin())) return false;
    const auto mask = static_cast<std::uint8_t>(0xff00 >> bits_ % 8);
    return bits_ % 8 == 0 || ((first[whole] ^ address.bytes[whole]) & mask) == 0;
}

}  // namespace errand::base
