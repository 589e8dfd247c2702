// SPDX-License-Identifier: Apache-2.0
#include "rpc/python.h"

#include <cstdint>

#include <Poco/NumberFormatter.h>
#include <Poco/String.h>
#include <Poco/Unicode.h>

#include "base/text.h"

namespace errand::rpc {

namespace {

// str.isprintable() by Unicode's categories: Other and Separator are not, the space is.
bool isPrintable(char32_t c) {
    if (c < 0x7F) return c >= 0x20;
    Poco::Unicode::CharacterProperties properties{};
    Poco::Unicode::properties(static_cast<int>(c), properties);
    return properties.category != Poco::Unicode::UCP_OTHER &&
           properties.category != Poco::Unicode::UCP_SEPARATOR;
}

std::string hexEscape(char32_t c) {
    const int width = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
    const char* letter = width == 2 ? "x" : width == 4 ? "u" : "U";
    const std::string digits = Poco::NumberFormatter::formatHex(std::uint32_t{c}, width);
    return '\\' + (letter + Poco::toLower(digits));
}

void appendEscaped(std::string& out, char32_t c, char32_t quote) {
    if (c == quote || c == '\\') {
        out += '\\';
        out += static_cast<char>(c);
    } else if (c == '\n') {
        out += "\\n";
    } else if (c == '\r') {
        out += "\\r";
    } else if (c == '\t') {
        out += "\\t";
    } else if (isPrintable(c)) {
        base::appendUtf8(out, c);
    } else {
        out += hexEscape(c);
    }
}

// The longest prefix of at most `limit` characters.
std::string firstCharacters(const std::string& text, std::size_t limit) {
    std::size_t at = 0;
    for (std::size_t count = 0; count < limit && at < text.size(); ++count) {
        base::decodeUtf8(text, at);
    }
    return text.substr(0, at);
}

}  // namespace

std::string pythonRepr(std::string_view text, std::size_t limit) {
    const bool hasSingle = text.find('\'') != std::string_view::npos;
    const bool hasDouble = text.find('"') != std::string_view::npos;
    const char quote = hasSingle && !hasDouble ? '"' : '\'';
    std::string out(1, quote);
    std::size_t at = 0;
    // Each character makes at least one, so what lies beyond the limit need not be looked at: the
    // text may be a megabyte.
    for (std::size_t count = 0; count < limit && at < text.size(); ++count) {
        appendEscaped(out, base::decodeUtf8(text, at), static_cast<char32_t>(quote));
    }
    out += quote;
    return limit == std::string_view::npos ? out : firstCharacters(out, limit);
}

const char* pythonTypeName(const base::Json& value) noexcept {
    switch (value.kind()) {
        case base::Json::Kind::null:
            return "NoneType";
        case base::Json::Kind::boolean:
            return "bool";
        case base::Json::Kind::number:
            return value.isInteger() ? "int" : "float";
        case base::Json::Kind::string:
            return "str";
        case base::Json::Kind::array:
            return "list";
        case base::Json::Kind::object:
            return "dict";
    }
    return "object";  // no other kind exists; the compiler cannot know
}

}  // namespace errand::rpc
