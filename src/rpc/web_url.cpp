// SPDX-License-Identifier: Apache-2.0
#include "rpc/web_url.h"

#include <algorithm>
#include <charconv>

#include "base/network.h"
#include "rpc/python.h"

namespace errand::rpc {
namespace {

using Fault = std::optional<std::string>;

constexpr std::size_t maxName = 253;   // RFC 1035, 2.3.4: 255 on the wire
constexpr std::size_t maxLabel = 63;   // likewise
constexpr std::size_t shownUrl = 200;  // in an error's text
constexpr std::uint16_t httpPort = 80;
constexpr std::uint16_t httpsPort = 443;
// Below it are the ports of other protocols, none of which should be spoken to in HTTP.
constexpr std::uint16_t firstFreePort = 1024;

// By hand: <cctype> asks the locale.
bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isHex(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool isLabel(std::string_view text) {
    return !text.empty() && text.size() <= maxLabel && text.front() != '-' && text.back() != '-' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return isDigit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '_';
           });
}

// Of the sixth version those with a colon, of the fourth those without.
bool isAddress(bool colons, const std::string& text) {
    return (text.find(':') != text.npos) == colons && base::IpAddress::parse(text).has_value();
}

// "127.1", "0x7f000001" and "2130706433" are 127.0.0.1 to some: names do not end in a number.
bool endsInNumber(std::string_view host) {
    const std::string_view last = host.substr(host.rfind('.') + 1);
    if (last.starts_with("0x")) return std::all_of(last.begin() + 2, last.end(), isHex);
    return !last.empty() && std::all_of(last.begin(), last.end(), isDigit);
}

Fault faultOfCharacters(std::string_view text) {
    if (text.size() > WebUrl::maxBytes) {
        return "must be at most " + std::to_string(WebUrl::maxBytes) + " bytes long";
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        // RFC 3986, 2: none of these is in a URL; some readers take "\" for "/".
        if (c <= ' ' || c >= 0x7f || std::string_view("\"<>\\^`{|}").find(text[i]) != text.npos) {
            return "must have nothing but the characters of a URL: others are written as %XX, "
                   "host names in other scripts as xn--...";
        }
        if (c == '%' && (i + 2 >= text.size() || !isHex(text[i + 1]) || !isHex(text[i + 2]))) {
            return "must have two hexadecimal digits after each %";
        }
    }
    return std::nullopt;
}

Fault readHost(std::string_view text, WebUrl& url) {
    const bool bracketed = text.starts_with('[');
    if (bracketed) text = text.substr(1, text.size() - 2);
    url.host.assign(text);
    std::ranges::transform(url.host, url.host.begin(), lower);
    if (bracketed) {
        if (!isAddress(true, url.host)) return "must have an IPv6 address in its brackets";
        return std::nullopt;
    }
    if (url.host.empty()) return "must name a host";
    if (endsInNumber(url.host)) {
        if (!isAddress(false, url.host)) return "must write an IPv4 address as four numbers";
    } else if (!isHostName(url.host)) {
        return "must name a host that can be";
    }
    return std::nullopt;
}

Fault readPort(std::string_view text, WebUrl& url) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), url.port);
    if (error != std::errc() || end != text.data() + text.size() || url.port == 0) {
        return "must have a port of 1 to 65535";
    }
    if (url.port < firstFreePort && url.port != httpPort && url.port != httpsPort) {
        return "must have port 80, 443 or one from 1024 on: the others are of other protocols";
    }
    return std::nullopt;
}

Fault readAuthority(std::string_view text, WebUrl& url) {
    if (text.find('@') != text.npos) return "must not hold a user name or password";
    if (text.find('%') != text.npos) return "must not have % in its host";
    const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
    if (bracket == text.npos) return "must close the bracket of its IPv6 address";
    const std::size_t hostEnd = text.starts_with('[') ? bracket + 1 : text.find(':');
    if (auto fault = readHost(text.substr(0, hostEnd), url)) return fault;
    url.port = url.secure ? httpsPort : httpPort;
    if (hostEnd >= text.size()) return std::nullopt;
    if (text[hostEnd] != ':') return "must have nothing but a port after its host";
    return readPort(text.substr(hostEnd + 1), url);
}

Fault readUrl(std::string_view text, WebUrl& url) {
    if (auto fault = faultOfCharacters(text)) return fault;
    std::string scheme(text.substr(0, text.find("://")));
    std::ranges::transform(scheme, scheme.begin(), lower);
    url.secure = scheme == "https";
    if ((!url.secure && scheme != "http") || scheme.size() == text.size()) {
        return "must begin with http:// or https://";
    }
    text.remove_prefix(scheme.size() + 3);
    if (text.find('#') != text.npos) return "must have no fragment (#): it is never sent";
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    url.target.assign(text.substr(end));
    if (!url.target.starts_with('/')) url.target.insert(0, 1, '/');
    return readAuthority(text.substr(0, end), url);
}

}  // namespace

std::string WebUrl::authority() const {
    std::string text = host.find(':') == host.npos ? host : '[' + host + ']';
    if (port != (secure ? httpsPort : httpPort)) text += ':' + std::to_string(port);
    return text;
}

bool isHostName(std::string_view text) noexcept {
    if (text.size() > maxName) return false;
    for (;;) {
        const std::size_t dot = text.find('.');
        if (!isLabel(text.substr(0, dot))) return false;
        if (dot == text.npos) return true;
        text.remove_prefix(dot + 1);
    }
}

std::optional<WebUrl> parseWebUrl(std::string_view text) {
    WebUrl url;
    if (readUrl(text, url)) return std::nullopt;
    return url;
}

std::optional<std::string> faultOfWebUrl(std::string_view text) {
    WebUrl url;
    return readUrl(text, url);
}

WebUrl Argument<WebUrl>::read(const base::Json& value) {
    if (!value.isString()) {
        throw Error("TypeError", std::string("url must be str, not ") + pythonTypeName(value));
    }
    WebUrl url;
    if (const Fault fault = readUrl(value.asString(), url)) {
        throw Error("ValueError",
                    "the url " + *fault + ": " + pythonRepr(value.asString(), shownUrl));
    }
    return url;
}

std::optional<std::string> Argument<WebUrl>::check(const base::Json& value) {
    if (!value.isString()) return std::string("must be a URL, not ") + value.kindName();
    return faultOfWebUrl(value.asString());
}

std::string Argument<WebUrl>::schema() {
    return R"({"type":"string","format":"uri","pattern":"^https?://","maxLength":2048})";
}

}  // namespace errand::rpc
