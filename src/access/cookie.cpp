// SPDX-License-Identifier: Apache-2.0
#include "access/cookie.h"

#include <algorithm>

namespace errand::access {
namespace {

std::string_view trim(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

// A cookie-octet: what is printed, but for what would end a value somewhere.
bool mayStand(char c) noexcept {
    return c > ' ' && c < '\x7f' && c != '"' && c != ',' && c != ';' && c != '\\';
}

std::string_view withoutQuotes(std::string_view text) noexcept {
    const bool quoted = text.size() >= 2 && text.starts_with('"') && text.ends_with('"');
    return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

std::optional<std::string_view> cookieValue(std::string_view field,
                                            std::string_view name) noexcept {
    for (;;) {
        const std::size_t end = field.find(';');
        const std::string_view pair = field.substr(0, end);
        const std::size_t equals = pair.find('=');
        if (equals != pair.npos && trim(pair.substr(0, equals)) == name) {
            const std::string_view value = withoutQuotes(trim(pair.substr(equals + 1)));
            return std::ranges::all_of(value, mayStand) ? std::optional(value) : std::nullopt;
        }
        if (end == field.npos) return std::nullopt;
        field.remove_prefix(end + 1);
    }
}

std::string sessionCookie(std::string_view name, std::string_view value,
                          std::chrono::seconds lifetime, bool secure) {
    std::string text(name);
    text.append("=").append(value);
    text += "; Path=/; Max-Age=" + std::to_string(lifetime.count()) + "; HttpOnly; SameSite=Strict";
    if (secure) text += "; Secure";
    return text;
}

}  // namespace errand::access
