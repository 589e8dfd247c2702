// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include "base/json_reader.h"
#include "base/text.h"

namespace errand::base {

namespace {

// The letter that follows the backslash in the short escapes; 0 where there is none.
char shortEscape(char c) {
    switch (c) {
        case '"':
            return '"';
        case '\\':
            return '\\';
        case '\b':
            return 'b';
        case '\f':
            return 'f';
        case '\n':
            return 'n';
        case '\r':
            return 'r';
        case '\t':
            return 't';
        default:
            return 0;
    }
}

void appendEscaped(std::string& out, char c) {
    static constexpr char hex[] = "0123456789abcdef";
    if (const char letter = shortEscape(c); letter != 0) {
        const char escape[] = {'\\', letter};
        out.append(escape, sizeof(escape));
        return;
    }
    const auto byte = static_cast<unsigned char>(c);
    const char escape[] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
    out.append(escape, sizeof(escape));
}

void writeArray(std::string& out, const Json::Array& array) {
    out.push_back('[');
    for (std::size_t i = 0; i < array.size(); ++i) {
        if (i > 0) out.push_back(',');
        array[i].write(out);
    }
    out.push_back(']');
}

void writeObject(std::string& out, const Json::Object& object) {
    out.push_back('{');
    for (std::size_t i = 0; i < object.size(); ++i) {
        if (i > 0) out.push_back(',');
        appendJsonString(out, object[i].first);
        out.push_back(':');
        object[i].second.write(out);
    }
    out.push_back('}');
}

}  // namespace

JsonError::JsonError(const std::string& what, std::size_t line, std::size_t column)
    : std::runtime_error("line " + std::to_string(line) + ", column " + std::to_string(column) +
                         ": " + what),
      line_(line),
      column_(column) {}

Json Json::parse(std::string_view text) {
    return JsonReader(text).read();
}

const char* Json::kindName() const noexcept {
    switch (kind()) {
        case Kind::null:
            return "null";
        case Kind::boolean:
            return "boolean";
        case Kind::number:
            return "number";
        case Kind::string:
            return "string";
        case Kind::array:
            return "array";
        case Kind::object:
            return "object";
    }
    return "";
}

bool Json::isInteger() const noexcept {
    if (!isNumber()) return false;
    const std::string& digits = asDigits();
    return !digits.empty() && digits.find_first_of(".eE") == std::string::npos &&
           numberPrefix(digits) == digits.size();
}

const Json* Json::find(std::string_view key) const noexcept {
    for (const Member& member : asObject()) {
        if (member.first == key) return &member.second;
    }
    return nullptr;
}

void Json::write(std::string& out) const {
    switch (kind()) {
        case Kind::null:
            out.append("null");
            break;
        case Kind::boolean:
            out.append(asBoolean() ? "true" : "false");
            break;
        case Kind::number:
            out.append(asDigits());
            break;
        case Kind::string:
            appendJsonString(out, asString());
            break;
        case Kind::array:
            writeArray(out, asArray());
            break;
        case Kind::object:
            writeObject(out, asObject());
            break;
    }
}

std::string Json::toString() const {
    std::string out;
    write(out);
    return out;
}

void appendJsonString(std::string& out, std::string_view text) {
    out.push_back('"');
    for (;;) {
        const std::size_t run = plainPrefix(text);
        out.append(text.substr(0, run));
        if (run == text.size()) break;
        appendEscaped(out, text[run]);
        text.remove_prefix(run + 1);
    }
    out.push_back('"');
}

bool isUtf8(std::string_view text) noexcept {
    return utf8Prefix(text) == text.size();
}

}  // namespace errand::base
