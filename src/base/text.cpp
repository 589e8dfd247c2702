// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <cstdint>
#include <cstring>

namespace errand::base {

namespace {

constexpr std::uint64_t everyByte(std::uint8_t value) {
    return 0x0101010101010101u * value;
}
constexpr std::uint64_t highBits = everyByte(0x80);

std::uint64_t eightBytes(const char* at) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof(word));
    return word;
}

// Non-zero when one of the eight bytes is zero.
constexpr std::uint64_t zeroByte(std::uint64_t word) {
    return (word - everyByte(1)) & ~word & highBits;
}

// Non-zero when one of the eight bytes is a quote, a backslash or a control character.
constexpr std::uint64_t specialByte(std::uint64_t word) {
    const std::uint64_t control = (word - everyByte(0x20)) & ~word & highBits;
    return control | zeroByte(word ^ everyByte('"')) | zeroByte(word ^ everyByte('\\'));
}

bool isSpecial(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

// The length of the character that begins the text; 0 when it is not valid. The second byte's
// range is what excludes overlong forms, surrogates and what lies beyond U+10FFFF.
std::size_t characterLength(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (text.size() < length) return 0;
    const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (byte(1) < low || byte(1) > high) return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
    }
    return length;
}

// How many digits the text has from that offset on.
std::size_t digitsAt(std::string_view text, std::size_t at) {
    std::size_t count = 0;
    while (at + count < text.size() && isDigit(text[at + count])) ++count;
    return count;
}

}  // namespace

std::size_t utf8Prefix(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at < text.size()) {
        while (at + 8 <= text.size() && (eightBytes(text.data() + at) & highBits) == 0) at += 8;
        if (at == text.size()) break;
        const std::size_t length = characterLength(text.substr(at));
        if (length == 0) break;
        at += length;
    }
    return at;
}

std::size_t plainPrefix(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at + 8 <= text.size() && specialByte(eightBytes(text.data() + at)) == 0) at += 8;
    while (at < text.size() && !isSpecial(text[at])) ++at;
    return at;
}

std::size_t numberPrefix(std::string_view text) noexcept {
    std::size_t at = !text.empty() && text.front() == '-' ? 1 : 0;
    const std::size_t whole = digitsAt(text, at);
    if (whole == 0) return 0;
    at += text[at] == '0' ? 1 : whole;
    if (at < text.size() && text[at] == '.') {
        const std::size_t fraction = digitsAt(text, at + 1);
        if (fraction == 0) return at;
        at += 1 + fraction;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        std::size_t exponent = at + 1;
        if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
        const std::size_t digits = digitsAt(text, exponent);
        if (digits > 0) at = exponent + digits;
    }
    return at;
}

char32_t decodeUtf8(std::string_view text, std::size_t& at) noexcept {
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80) return lead;
    const int more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t character = lead & (0x3F >> more);
    for (int i = 0; i < more; ++i) {
        character = character << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
    }
    return character;
}

void appendUtf8(std::string& out, char32_t character) {
    const auto tail = [&](int shift) {
        out.push_back(static_cast<char>(0x80 | (character >> shift & 0x3F)));
    };
    if (character < 0x80) {
        out.push_back(static_cast<char>(character));
    } else if (character < 0x800) {
        out.push_back(static_cast<char>(0xC0 | character >> 6));
        tail(0);
    } else if (character < 0x10000) {
        out.push_back(static_cast<char>(0xE0 | character >> 12));
        tail(6);
        tail(0);
    } else {
        out.push_back(static_cast<char>(0xF0 | character >> 18));
        tail(12);
        tail(6);
        tail(0);
    }
}

}  // namespace errand::base
