// SPDX-License-Identifier: Apache-2.0
#include "cli/python_number.h"

#include <algorithm>
#include <string>

#include "base/integer.h"

namespace errand::cli {

namespace {

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isWordCharacter(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c;
}

// All that belongs to the number, or would have to: "12ab" is a mistake, not a 12.
std::string_view takeToken(Cursor& cursor) {
    const std::size_t begin = cursor.at();
    const bool hexadecimal = cursor.peek() == '0' && lower(cursor.peek(1)) == 'x';
    while (!cursor.atEnd()) {
        const char c = cursor.peek();
        const bool exponent = !hexadecimal && lower(c) == 'e' &&
                              (cursor.peek(1) == '+' || cursor.peek(1) == '-') &&
                              isDigit(cursor.peek(2));
        if (exponent) {
            cursor.advance(2);
        } else if (isWordCharacter(c) || c == '.') {
            cursor.advance(1);
        } else {
            break;
        }
    }
    return cursor.since(begin);
}

// Digits of that base with single underscores between; at once after a prefix there may be one.
// False where it is something else.
bool appendDigits(std::string& out, std::string_view text, int base, bool afterPrefix = false) {
    bool underscoreMayCome = afterPrefix;
    bool lastIsDigit = false;
    for (const char c : text) {
        if (c == '_') {
            if (!underscoreMayCome) return false;
            underscoreMayCome = lastIsDigit = false;
            continue;
        }
        const char low = lower(c);
        const int value = isDigit(c) ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : 99;
        if (value >= base) return false;
        out += c;
        underscoreMayCome = lastIsDigit = true;
    }
    return lastIsDigit;
}

// The base that a prefix such as 0x names; 0: none.
int baseOf(std::string_view token) {
    if (token.size() < 2 || token[0] != '0') return 0;
    const char letter = lower(token[1]);
    return letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
}

std::string withoutLeadingZeros(const std::string& digits) {
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

// "5." is 5.0, ".5e3" is 0.5e3; empty where the token is no float.
std::string readFloat(std::string_view token) {
    const std::size_t e = std::min(token.find_first_of("eE"), token.size());
    const std::string_view mantissa = token.substr(0, e);
    const std::size_t dot = std::min(mantissa.find('.'), mantissa.size());
    std::string whole;
    if (dot == 0) {
        whole = "0";
    } else if (!appendDigits(whole, mantissa.substr(0, dot), 10)) {
        return {};
    }
    std::string out = withoutLeadingZeros(whole);
    if (dot < mantissa.size()) {
        const std::string_view fraction = mantissa.substr(dot + 1);
        out += '.';
        if (fraction.empty()) {
            if (dot == 0) return {};
            out += '0';
        } else if (!appendDigits(out, fraction, 10)) {
            return {};
        }
    }
    if (e == token.size()) return out;
    std::string_view exponent = token.substr(e + 1);
    out += 'e';
    if (!exponent.empty() && (exponent[0] == '-' || exponent[0] == '+')) {
        if (exponent[0] == '-') out += '-';
        exponent.remove_prefix(1);
    }
    return appendDigits(out, exponent, 10) ? out : std::string();
}

}  // namespace

bool startsNumber(const Cursor& cursor) noexcept {
    return isDigit(cursor.peek()) || (cursor.peek() == '.' && isDigit(cursor.peek(1)));
}

base::Json::Number readNumber(Cursor& cursor) {
    const std::size_t begin = cursor.at();
    const std::string_view token = takeToken(cursor);
    std::string digits;
    if (const int base = baseOf(token); base != 0) {
        if (appendDigits(digits, token.substr(2), base, true)) {
            return {base::toString(base::Integer(digits, base))};
        }
        const char* kind = base == 16 ? "hexadecimal" : base == 8 ? "octal" : "binary";
        cursor.failAt(begin, std::string("invalid ") + kind + " literal");
    }
    if (appendDigits(digits, token, 10)) {
        const std::string plain = withoutLeadingZeros(digits);
        if (plain == digits || plain == "0") return {plain};
        cursor.failAt(begin,
                      "leading zeros in decimal integer literals are not permitted; use an 0o "
                      "prefix for octal integers");
    }
    if (std::string number = readFloat(token); !number.empty()) return {std::move(number)};
    if (lower(token.back()) == 'j') cursor.failAt(begin, "a complex number has no form in JSON");
    cursor.failAt(begin, "invalid decimal literal");
}

}  // namespace errand::cli
