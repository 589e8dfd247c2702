// SPDX-License-Identifier: Apache-2.0
#include "base/integer.h"

#include <algorithm>
#include <array>
#include <locale>
#include <sstream>

#include "base/json.h"
#include "base/text.h"

namespace errand::base {

namespace {

// Every run of decimal digits in Unicode 14 (category Nd), by its zero; nine more follow each.
constexpr std::array<char32_t, 66> zeros = {
    0x30,    0x660,   0x6f0,   0x7c0,   0x966,   0x9e6,   0xa66,   0xae6,   0xb66,   0xbe6,
    0xc66,   0xce6,   0xd66,   0xde6,   0xe50,   0xed0,   0xf20,   0x1040,  0x1090,  0x17e0,
    0x1810,  0x1946,  0x19d0,  0x1a80,  0x1a90,  0x1b50,  0x1bb0,  0x1c40,  0x1c50,  0xa620,
    0xa8d0,  0xa900,  0xa9d0,  0xa9f0,  0xaa50,  0xabf0,  0xff10,  0x104a0, 0x10d30, 0x11066,
    0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0,
    0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2,
    0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0};

// The digit's value, or -1.
int digitValue(char32_t c) {
    if (c < 0x80) return c >= '0' && c <= '9' ? static_cast<int>(c - '0') : -1;
    const auto after = std::upper_bound(zeros.begin(), zeros.end(), c);
    const char32_t zero = *(after - 1);
    return c - zero < 10 ? static_cast<int>(c - zero) : -1;
}

// As int() sees it: str.strip() also takes U+001C to U+001F, int() does not.
bool isSpace(char32_t c) {
    if (c < 0x80) return c == ' ' || (c >= 0x09 && c <= 0x0D);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
           c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::string_view trimLeft(std::string_view text) {
    std::size_t at = 0;
    for (std::size_t next = 0; next < text.size(); at = next) {
        if (!isSpace(decodeUtf8(text, next))) break;
    }
    return text.substr(at);
}

// Digits with single underscores between them, as ASCII digits; the text may end in white space.
// Nullopt for anything else.
std::optional<std::string> readDigits(std::string_view text) {
    std::string digits;
    digits.reserve(text.size());
    bool underscore = true;  // as if one stood before: the first must be a digit
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t next = at;
        const char32_t c = decodeUtf8(text, next);
        const int value = digitValue(c);
        if (value < 0 && (c != '_' || underscore)) break;
        underscore = value < 0;
        if (value >= 0) digits.push_back(static_cast<char>('0' + value));
        at = next;
    }
    if (underscore || !trimLeft(text.substr(at)).empty()) return std::nullopt;
    return digits;
}

// REQUIRES ASCII digits only, after a possible '-': GMP itself would skip white space.
Integer fromDigits(const std::string& digits) {
    return Integer(digits, 10);
}

}  // namespace

std::optional<Integer> parseJsonInteger(std::string_view digits) {
    const Json number(Json::Number{std::string(digits)});
    if (!number.isInteger()) return std::nullopt;
    return fromDigits(number.asDigits());
}

std::optional<Integer> parsePythonInteger(std::string_view text) {
    if (!isUtf8(text)) return std::nullopt;
    text = trimLeft(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const std::optional<std::string> digits = readDigits(text);
    if (!digits) return std::nullopt;
    Integer value = fromDigits(*digits);
    if (negative) mpz_neg(value.get_mpz_t(), value.get_mpz_t());
    return value;
}

std::optional<Integer> truncateNumber(std::string_view digits) {
    if (digits.empty() || numberPrefix(digits) != digits.size()) return std::nullopt;
    if (auto whole = parseJsonInteger(digits)) return whole;
    // A stream of the classic locale rather than from_chars, whose one error for "out of range"
    // does not tell 1e400 (infinite) from 1e-400 (zero), or strtod, which obeys the locale.
    std::istringstream stream{std::string(digits)};
    stream.imbue(std::locale::classic());
    double value = 0;
    if (!(stream >> value)) return std::nullopt;
    return Integer(value);
}

std::size_t countDigits(std::string_view text) noexcept {
    text = text.substr(0, utf8Prefix(text));
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (digitValue(decodeUtf8(text, at)) >= 0) ++count;
    }
    return count;
}

std::string toString(const Integer& value) {
    return value.get_str();
}

}  // namespace errand::base
