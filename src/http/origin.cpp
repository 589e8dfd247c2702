// SPDX-License-Identifier: Apache-2.0
#include "http/origin.h"

#include <algorithm>

#include "base/network.h"
#include "http/ascii.h"

namespace errand::http {
namespace {

constexpr std::string_view separator = "://";

std::string_view withoutPort(std::string_view host) noexcept {
    if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
    return host.substr(0, host.find(':'));
}

std::string_view authorityOf(std::string_view origin) noexcept {
    const auto at = origin.find(separator);
    return at == origin.npos ? std::string_view() : origin.substr(at + separator.size());
}

}  // namespace

bool isHostOf(std::string_view host, std::span<const std::string> names) noexcept {
    const std::string_view name = withoutPort(host);
    return std::ranges::any_of(names,
                               [&](const std::string& each) { return sameName(each, name); });
}

bool isSameOrigin(std::string_view origin, std::string_view host) noexcept {
    const std::string_view authority = authorityOf(origin);
    return !authority.empty() && sameName(authority, host);
}

bool isOriginOf(std::string_view origin, std::span<const std::string> origins) noexcept {
    return std::ranges::any_of(origins,
                               [&](const std::string& each) { return sameName(each, origin); });
}

bool isOrigin(std::string_view text) noexcept {
    if (!text.starts_with("http://") && !text.starts_with("https://")) return false;
    const std::string_view authority = authorityOf(text);
    return !authority.empty() && authority.find_first_of("/?#@* \t,") == authority.npos;
}

bool isLoopback(std::string_view host) noexcept {
    if (sameName(host, "localhost")) return true;
    const auto address = base::IpAddress::parse(host);
    return address && (base::Network::parse("127.0.0.0/8")->contains(*address) ||
                       base::Network::parse("::1/128")->contains(*address));
}

}  // namespace errand::http
