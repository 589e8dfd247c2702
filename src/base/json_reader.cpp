// SPDX-License-Identifier: Apache-2.0
// Written by hand, since the readers at hand refuse what must pass: RapidJSON 1.1.0 fails integers
// of more than 309 digits and 1e400 ("number too big") even when asked for numbers as strings,
// lets lone low surrogates through and takes a NUL byte for the end.
#include "base/json_reader.h"

#include <algorithm>
#include <numeric>

#include "base/text.h"

namespace errand::base {

namespace {

// Up to here a new key is compared with each one before; beyond, the keys are sorted once at the
// object's end, so that an object of 100,000 keys costs no 100,000 squared.
constexpr std::size_t fewKeys = 16;

// Of a key or word that is cited in an error: enough to find it by.
constexpr std::size_t citedBytes = 60;

std::string cite(std::string_view text) {
    std::string quoted;
    const std::string_view cut = text.substr(0, citedBytes);
    appendJsonString(quoted, cut.substr(0, utf8Prefix(cut)));
    if (cut.size() < text.size()) quoted.insert(quoted.size() - 1, "...");
    return quoted;
}

std::string hexByte(char c) {
    static constexpr char hex[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    return std::string("0x") + hex[byte >> 4] + hex[byte & 15];
}

bool isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

Json JsonReader::read() {
    if (text_.starts_with("\xEF\xBB\xBF")) {
        fail("a byte order mark stands before the value; send UTF-8 without one", 0);
    }
    // Checked once for the whole text, so that nothing below needs to know about UTF-8.
    const std::size_t valid = utf8Prefix(text_);
    if (valid != text_.size()) fail("byte " + hexByte(text_[valid]) + " is not valid UTF-8", valid);

    Json value;
    skipSpace();
    readValue(value);
    skipSpace();
    if (at_ != text_.size()) fail("expected nothing after the value, found " + found(), at_);
    return value;
}

void JsonReader::readValue(Json& out) {
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (c == '"') {
        std::string value;
        readString(value);
        out = Json(std::move(value));
    } else if (c == '{') {
        readObject(out);
    } else if (c == '[') {
        readArray(out);
    } else if (c == '-' || isDigit(c)) {
        readNumber(out);
    } else if (isLetter(c)) {
        readWord(out);
    } else {
        fail("expected a value, found " + found(), at_);
    }
}

void JsonReader::readArray(Json& out) {
    enter();
    out = Json(Json::Array());
    Json::Array& array = out.asArray();
    skipSpace();
    if (!consume(']')) {
        do {
            skipSpace();
            readValue(array.emplace_back());
            skipSpace();
        } while (consume(','));
        if (!consume(']')) fail("expected ',' or ']' in an array, found " + found(), at_);
    }
    --depth_;
}

void JsonReader::readObject(Json& out) {
    enter();
    out = Json(Json::Object());
    Json::Object& object = out.asObject();
    const std::size_t firstPosition = keyPositions_.size();
    skipSpace();
    if (!consume('}')) {
        object.reserve(4);
        do {
            skipSpace();
            readMember(object);
            skipSpace();
        } while (consume(','));
        if (!consume('}')) fail("expected ',' or '}' in an object, found " + found(), at_);
        checkManyKeys(object, firstPosition);
        keyPositions_.resize(firstPosition);
    }
    --depth_;
}

void JsonReader::readMember(Json::Object& object) {
    const std::size_t keyAt = at_;
    if (at_ == text_.size() || text_[at_] != '"') {
        fail("expected a key in double quotes, found " + found(), at_);
    }
    Json::Member& member = object.emplace_back();
    readString(member.first);
    checkNewKey(object, keyAt);
    skipSpace();
    if (!consume(':')) fail("expected ':' after a key, found " + found(), at_);
    skipSpace();
    readValue(member.second);
}

void JsonReader::readString(std::string& out) {
    const std::size_t start = at_++;
    for (;;) {
        const std::size_t run = plainPrefix(rest());
        out.append(text_, at_, run);
        at_ += run;
        if (at_ == text_.size()) fail("a string that begins here is not closed", start);
        const char c = text_[at_];
        if (c == '"') break;
        if (c != '\\') {
            fail("control character " + hexByte(c) + " must be escaped in a string", at_);
        }
        readEscape(out);
    }
    ++at_;
}

void JsonReader::readEscape(std::string& out) {
    const std::size_t start = at_++;
    switch (at_ < text_.size() ? text_[at_] : '\0') {
        case '"':
        case '\\':
        case '/':
            out.push_back(text_[at_]);
            break;
        case 'b':
            out.push_back('\b');
            break;
        case 'f':
            out.push_back('\f');
            break;
        case 'n':
            out.push_back('\n');
            break;
        case 'r':
            out.push_back('\r');
            break;
        case 't':
            out.push_back('\t');
            break;
        case 'u':
            readUnicodeEscape(out);
            return;
        default:
            fail("a backslash may not stand before " + found(), start);
    }
    ++at_;
}

// at_ stands on the 'u'.
void JsonReader::readUnicodeEscape(std::string& out) {
    const std::size_t start = at_ - 1;
    char32_t character = readHex4();
    if (character >= 0xD800 && character <= 0xDBFF && rest().starts_with("\\u")) {
        ++at_;
        const char32_t low = readHex4();
        if (low >= 0xDC00 && low <= 0xDFFF) {
            character = 0x10000 + ((character - 0xD800) << 10 | (low - 0xDC00));
        }
    }
    if (character >= 0xD800 && character <= 0xDFFF) {
        fail(std::string(text_.substr(start, 6)) + " is half of a surrogate pair", start);
    }
    appendUtf8(out, character);
}

unsigned JsonReader::readHex4() {
    const std::size_t start = at_ - 1;
    unsigned value = 0;
    for (int i = 0; i < 4; ++i) {
        ++at_;
        const char c = at_ < text_.size() ? text_[at_] : '\0';
        const char lower = static_cast<char>(c | 0x20);
        if (isDigit(c)) {
            value = value << 4 | static_cast<unsigned>(c - '0');
        } else if (lower >= 'a' && lower <= 'f') {
            value = value << 4 | static_cast<unsigned>(lower - 'a' + 10);
        } else {
            fail("\\u needs four hexadecimal digits", start);
        }
    }
    ++at_;
    return value;
}

void JsonReader::readNumber(Json& out) {
    const std::size_t start = at_;
    const std::size_t length = numberPrefix(rest());
    at_ += length;
    const char next = at_ < text_.size() ? text_[at_] : '\0';
    if (length == 0) {
        ++at_;
        fail("expected a digit after '-', found " + found(), at_);
    }
    if (isDigit(next)) fail("a number may not have leading zeros", start);
    if (next == '.') fail("a number needs a digit after its decimal point", start);
    if (next == 'e' || next == 'E') fail("a number needs a digit in its exponent", start);
    out = Json(Json::Number{std::string(text_.substr(start, length))});
}

void JsonReader::readWord(Json& out) {
    const std::size_t start = at_;
    while (at_ < text_.size() && isLetter(text_[at_])) ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    if (word == "true") {
        out = Json(true);
    } else if (word == "false") {
        out = Json(false);
    } else if (word != "null") {
        fail("expected a value, found the word " + cite(word), start);
    }
}

void JsonReader::checkNewKey(const Json::Object& object, std::size_t keyAt) {
    if (object.size() > fewKeys) {
        keyPositions_.push_back(keyAt);
        return;
    }
    const std::string& key = object.back().first;
    for (std::size_t i = 0; i + 1 < object.size(); ++i) {
        if (object[i].first == key) fail("duplicate key " + cite(key), keyAt);
    }
}

// A duplicate here is always a key past the first few: those were compared as they came.
void JsonReader::checkManyKeys(const Json::Object& object, std::size_t firstPosition) const {
    if (object.size() <= fewKeys) return;
    std::vector<std::size_t> order(object.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const int compared = object[a].first.compare(object[b].first);
        return compared < 0 || (compared == 0 && a < b);
    });
    std::size_t first = object.size();
    for (std::size_t i = 1; i < order.size(); ++i) {
        const bool equal = object[order[i - 1]].first == object[order[i]].first;
        if (equal) first = std::min(first, order[i]);
    }
    if (first == object.size()) return;
    fail("duplicate key " + cite(object[first].first),
         keyPositions_[firstPosition + first - fewKeys]);
}

void JsonReader::enter() {
    if (depth_ == Json::maxDepth) {
        fail("nesting deeper than " + std::to_string(Json::maxDepth), at_);
    }
    ++depth_;
    ++at_;
}

void JsonReader::skipSpace() noexcept {
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
        ++at_;
    }
}

bool JsonReader::consume(char c) noexcept {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
}

// What stands at the reader's place, in words for an error.
std::string JsonReader::found() const {
    if (at_ >= text_.size()) return "the end of the text";
    const char c = text_[at_];
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return "control character " + hexByte(c);
    std::size_t end = at_;
    decodeUtf8(text_, end);
    return "'" + std::string(text_.substr(at_, end - at_)) + "'";
}

void JsonReader::fail(const std::string& what, std::size_t at) const {
    const std::string_view before = text_.substr(0, at);
    const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
    const std::size_t newline = before.rfind('\n');
    const std::size_t column = newline == std::string_view::npos ? at + 1 : at - newline;
    throw JsonError(what, line, column);
}

}  // namespace errand::base
