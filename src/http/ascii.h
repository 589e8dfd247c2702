// SPDX-License-Identifier: Apache-2.0
// What HTTP says of characters (RFC 9110, section 5.6): tokens, white space, names in either case.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none.
#pragma once

#include <array>
#include <string_view>

namespace errand::http {

constexpr std::array<bool, 256> tokenTable() {
    std::array<bool, 256> table{};
    for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (const char c :
         {'!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~'})
        table[static_cast<unsigned char>(c)] = true;
    return table;
}
inline constexpr auto tokenCharacters = tokenTable();

constexpr bool isTokenCharacter(char c) noexcept {
    return tokenCharacters[static_cast<unsigned char>(c)];
}

constexpr bool isToken(std::string_view text) noexcept {
    for (const char c : text)
        if (!isTokenCharacter(c)) return false;
    return !text.empty();
}

constexpr bool isDigit(char c) noexcept {
    return c >= '0' && c <= '9';
}

// -1 for what is no hexadecimal digit.
constexpr int hexValue(char c) noexcept {
    if (isDigit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c;
}

constexpr bool sameName(std::string_view one, std::string_view other) noexcept {
    if (one.size() != other.size()) return false;
    for (std::size_t i = 0; i < one.size(); ++i)
        if (lower(one[i]) != lower(other[i])) return false;
    return true;
}

// Without the spaces and tabs around it.
constexpr std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Takes the text up to the separator off the front of `rest`, trimmed.
constexpr std::string_view takeItem(std::string_view& rest, char separator) noexcept {
    const auto end = rest.find(separator);
    const auto item = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return trim(item);
}

}  // namespace errand::http
