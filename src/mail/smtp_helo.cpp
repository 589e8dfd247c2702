// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_helo.h"

#include <algorithm>

#include <Poco/Environment.h>
#include <Poco/Exception.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>

namespace errand::mail {
namespace {

constexpr std::string_view ipv6Tag = "IPv6:";

// By hand: <cctype> asks the locale.
bool isLabelCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

bool isLabel(std::string_view text) {
    return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
           std::ranges::all_of(text, isLabelCharacter);
}

bool isFullName(const std::string& name) {
    return isHostName(name) && name.find('.') != std::string::npos &&
           !name.starts_with("localhost.");
}

}  // namespace

bool isHostName(std::string_view text) noexcept {
    if (text.size() > 253) return false;
    for (std::size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.')) {
        if (!isLabel(text.substr(0, dot))) return false;
        text.remove_prefix(dot + 1);
    }
    return isLabel(text);
}

bool isAddressLiteral(std::string_view text) {
    if (!text.starts_with('[') || !text.ends_with(']')) return false;
    text = text.substr(1, text.size() - 2);
    const bool tagged = text.starts_with(ipv6Tag);
    if (tagged) text.remove_prefix(ipv6Tag.size());
    Poco::Net::IPAddress address;
    return Poco::Net::IPAddress::tryParse(std::string(text), address) &&
           (address.family() == Poco::Net::IPAddress::IPv6) == tagged;
}

std::string toAddressLiteral(const Poco::Net::IPAddress& address) {
    std::string text = address.toString();
    text = text.substr(0, text.find('%'));  // a zone means something on this machine only
    const bool tagged = address.family() == Poco::Net::IPAddress::IPv6;
    return "[" + std::string(tagged ? ipv6Tag : "") + text + "]";
}

std::string machineName(const Poco::Net::IPAddress& local) {
    std::string name = Poco::Environment::nodeName();
    if (isFullName(name)) return name;
    try {
        std::string full = Poco::Net::DNS::hostByName(name).name();
        if (isFullName(full)) return full;
    } catch (const Poco::Exception&) {
        // A machine whose own name leads nowhere is nothing unusual.
    }
    return toAddressLiteral(local);
}

}  // namespace errand::mail
