// SPDX-License-Identifier: Apache-2.0
#include "cli/python_string.h"

#include <optional>

#include "base/text.h"

namespace errand::cli {

namespace {

bool isQuote(char c) {
    return c == '\'' || c == '"';
}

bool isPrefixLetter(char c) {
    return std::string_view("rRuUbBfF").find(c) != std::string_view::npos && c != '\0';
}

// How many letters stand before the quote here; nullopt where no string begins.
std::optional<std::size_t> prefixLength(const Cursor& cursor) {
    for (std::size_t length = 0; length <= 2; ++length) {
        if (isQuote(cursor.peek(length))) return length;
        if (!isPrefixLetter(cursor.peek(length))) return std::nullopt;
    }
    return std::nullopt;
}

// Takes the prefix; whether it makes the string a raw one.
bool takePrefix(Cursor& cursor) {
    const std::size_t begin = cursor.at();
    bool raw = false;
    while (!isQuote(cursor.peek())) {
        const char c = cursor.take();
        if (c == 'b' || c == 'B') {
            cursor.failAt(begin, "bytes have no form in JSON: leave out the b");
        }
        if (c == 'f' || c == 'F') {
            cursor.failAt(begin, "nothing is computed here: leave out the f");
        }
        raw = raw || c == 'r' || c == 'R';
    }
    if (cursor.at() - begin > 1) cursor.failAt(begin, "invalid string prefix");
    return raw;
}

std::optional<char32_t> digit(char c, unsigned base) {
    unsigned value = 99;
    if (c >= '0' && c <= '9') value = static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') value = static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') value = static_cast<unsigned>(c - 'A') + 10;
    if (value >= base) return std::nullopt;
    return value;
}

// \xhh, \uhhhh, \Uhhhhhhhh, behind their letter.
void appendHexEscape(Cursor& cursor, std::size_t begin, int digits, std::string& out) {
    char32_t value = 0;
    for (int i = 0; i < digits; ++i) {
        const auto next = digit(cursor.peek(), 16);
        if (!next) cursor.failAt(begin, "a truncated \\x, \\u or \\U escape");
        value = value << 4 | *next;
        cursor.advance(1);
    }
    if (value > 0x10FFFF) cursor.failAt(begin, "no character has that number");
    if (value >= 0xD800 && value < 0xE000) {
        cursor.failAt(begin, "half a surrogate pair is no character: write \\U and eight digits");
    }
    base::appendUtf8(out, value);
}

void appendOctalEscape(Cursor& cursor, char first, std::string& out) {
    char32_t value = static_cast<char32_t>(first - '0');
    for (int i = 0; i < 2; ++i) {
        const auto next = digit(cursor.peek(), 8);
        if (!next) break;
        value = value << 3 | *next;
        cursor.advance(1);
    }
    base::appendUtf8(out, value);
}

// Behind the backslash.
void appendEscape(Cursor& cursor, std::string& out) {
    constexpr std::string_view letters = "\\'\"abfnrtv";
    constexpr std::string_view meanings = "\\'\"\a\b\f\n\r\t\v";
    const std::size_t begin = cursor.at() - 1;
    const char c = cursor.take();
    if (const auto found = letters.find(c); found != std::string_view::npos) {
        out += meanings[found];
    } else if (c == '\n') {
        return;  // the string goes on in the next line
    } else if (c == 'x' || c == 'u' || c == 'U') {
        appendHexEscape(cursor, begin, c == 'x' ? 2 : c == 'u' ? 4 : 8, out);
    } else if (c >= '0' && c <= '7') {
        appendOctalEscape(cursor, c, out);
    } else if (c == 'N') {
        cursor.failAt(begin, "characters are not known by name here: write \\u and four digits");
    } else {
        out += '\\';  // Python keeps the backslash of what is no escape
        out += c;
    }
}

void appendOne(Cursor& cursor, std::string& out) {
    const std::size_t begin = cursor.at();
    const bool raw = takePrefix(cursor);
    const char quote = cursor.take();
    const std::string_view tripled = quote == '"' ? "\"\"\"" : "'''";
    const bool triple = cursor.peek() == quote && cursor.peek(1) == quote;
    if (triple) cursor.advance(2);
    while (true) {
        if (cursor.atEnd() && triple) {
            cursor.endsTooEarly(begin, "unterminated triple-quoted string literal");
        }
        if (cursor.atEnd() || (!triple && cursor.peek() == '\n')) {
            cursor.failAt(begin, "unterminated string literal");
        }
        if (triple ? cursor.sees(tripled) : cursor.peek() == quote) break;
        const char c = cursor.take();
        if (c != '\\') {
            out += c;
            continue;
        }
        if (cursor.atEnd()) cursor.endsTooEarly(begin, "unterminated string literal");
        if (raw) {
            out += c;
            out += cursor.take();
        } else {
            appendEscape(cursor, out);
        }
    }
    cursor.advance(triple ? 3 : 1);
}

}  // namespace

bool startsString(const Cursor& cursor) noexcept {
    return prefixLength(cursor).has_value();
}

std::string readString(Cursor& cursor) {
    std::string out;
    do {
        appendOne(cursor, out);
        cursor.skipBlank(true);
    } while (startsString(cursor));
    return out;
}

}  // namespace errand::cli
