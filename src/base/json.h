// SPDX-License-Identifier: Apache-2.0
// Json is a JSON value that keeps every number as the digits it was written with, so that integers
// of any size pass through exactly (RFC 8259 sets no limit; Poco::JSON and doubles do).
//
// Threads: plain data; parse and write may be called from any thread.
// Owns: its members, by value.
// Errors: parse throws JsonError, which says where; the as... accessors REQUIRE the right kind.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace errand::base {

// What is wrong with a text, and where: line and column count from 1, columns in bytes. what() says
// all three: `line 1, column 9: duplicate key "a"`.
class JsonError : public std::runtime_error {
public:
    JsonError(const std::string& what, std::size_t line, std::size_t column);
    std::size_t line() const noexcept { return line_; }
    std::size_t column() const noexcept { return column_; }

private:
    std::size_t line_;
    std::size_t column_;
};

class Json {
public:
    struct Number {
        std::string digits;  // as written: "-0", "1e400", 300 digits
        bool operator==(const Number&) const = default;
    };
    using Array = std::vector<Json>;
    using Member = std::pair<std::string, Json>;
    using Object = std::vector<Member>;  // in the order written; keys are unique
    enum class Kind { null, boolean, number, string, array, object };

    // Deeper nesting is refused: no honest request has it, and readers elsewhere may recurse.
    static constexpr std::size_t maxDepth = 64;

    // Reads one JSON text: UTF-8 checked; duplicate keys, lone surrogates, NaN, a byte order mark
    // and anything after the value refused.
    static Json parse(std::string_view text);

    Json() = default;
    Json(std::nullptr_t) {}
    Json(bool value) : value_(value) {}
    Json(Number value) : value_(std::move(value)) {}
    Json(std::string value) : value_(std::move(value)) {}
    Json(const char* value) : value_(std::string(value)) {}
    Json(Array value) : value_(std::move(value)) {}
    Json(Object value) : value_(std::move(value)) {}
    static Json integer(long long value) { return Number{std::to_string(value)}; }

    Kind kind() const noexcept { return static_cast<Kind>(value_.index()); }
    const char* kindName() const noexcept;  // "null", "boolean", "number", ...
    bool isNull() const noexcept { return kind() == Kind::null; }
    bool isBoolean() const noexcept { return kind() == Kind::boolean; }
    bool isNumber() const noexcept { return kind() == Kind::number; }
    bool isInteger() const noexcept;  // a number of the form -?(0|[1-9][0-9]*): so is -0
    bool isString() const noexcept { return kind() == Kind::string; }
    bool isArray() const noexcept { return kind() == Kind::array; }
    bool isObject() const noexcept { return kind() == Kind::object; }

    bool asBoolean() const { return std::get<bool>(value_); }
    const std::string& asDigits() const { return std::get<Number>(value_).digits; }
    const std::string& asString() const { return std::get<std::string>(value_); }
    const Array& asArray() const { return std::get<Array>(value_); }
    const Object& asObject() const { return std::get<Object>(value_); }
    Array& asArray() { return std::get<Array>(value_); }
    Object& asObject() { return std::get<Object>(value_); }

    // The member of that name, or null where there is none. REQUIRES isObject().
    const Json* find(std::string_view key) const noexcept;

    // Compact JSON text, appended; UTF-8 passes through, control characters are escaped.
    void write(std::string& out) const;
    std::string toString() const;

    bool operator==(const Json&) const = default;

private:
    std::variant<std::monostate, bool, Number, std::string, Array, Object> value_;
};

// Appends the text as a JSON string, quotes included. REQUIRES valid UTF-8.
void appendJsonString(std::string& out, std::string_view text);

// Whether the text is UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool isUtf8(std::string_view text) noexcept;

}  // namespace errand::base
