// SPDX-License-Identifier: Apache-2.0
#include "rpc/argument.h"

#include "rpc/python.h"

namespace errand::rpc {

namespace {

// What CPython shows of a bad literal: "%.200R".
constexpr std::size_t shownLiteral = 200;

void refuseOverlong(std::size_t digits, std::size_t maxDigits) {
    if (digits <= maxDigits) return;
    throw Error("ValueError", "Exceeds the limit (" + std::to_string(maxDigits) +
                                  " digits) for integer string conversion: value has " +
                                  std::to_string(digits) + " digits");
}

base::Integer integerOfText(const std::string& text, std::size_t maxDigits) {
    refuseOverlong(base::countDigits(text), maxDigits);
    if (auto value = base::parsePythonInteger(text)) return *std::move(value);
    throw Error("ValueError",
                "invalid literal for int() with base 10: " + pythonRepr(text, shownLiteral));
}

base::Integer integerOfNumber(const base::Json& number, std::size_t maxDigits) {
    const std::string& digits = number.asDigits();
    if (number.isInteger()) {
        refuseOverlong(base::countDigits(digits), maxDigits);
        return base::parseJsonInteger(digits).value();
    }
    const std::optional<base::Integer> value = base::truncateNumber(digits);
    if (!value) throw Error("OverflowError", "cannot convert float infinity to integer");
    // A float's size is in its exponent, not in its text: 1e300 has 301 digits.
    refuseOverlong(base::countDigits(base::toString(*value)), maxDigits);
    return *value;
}

}  // namespace

base::Integer IntegerLike::value(std::size_t maxDigits) const {
    switch (value_.kind()) {
        case base::Json::Kind::boolean:
            return value_.asBoolean() ? 1 : 0;
        case base::Json::Kind::number:
            return integerOfNumber(value_, maxDigits);
        case base::Json::Kind::string:
            return integerOfText(value_.asString(), maxDigits);
        case base::Json::Kind::null:
        case base::Json::Kind::array:
        case base::Json::Kind::object:
            break;
    }
    throw Error("TypeError",
                std::string("int() argument must be a string, a bytes-like object or a real "
                            "number, not '") +
                    pythonTypeName(value_) + "'");
}

std::string Argument<std::string>::read(const base::Json& value) {
    if (value.isString()) return value.asString();
    throw Error("TypeError", std::string("argument must be str, not ") + pythonTypeName(value));
}

std::optional<std::string> Argument<std::string>::check(const base::Json& value) {
    if (value.isString()) return std::nullopt;
    return std::string("must be a string, not ") + value.kindName();
}

std::string Argument<std::string>::schema() {
    return R"({"type":"string"})";
}

std::optional<std::string> Argument<IntegerLike>::check(const base::Json& value) {
    if (value.isInteger()) return std::nullopt;
    if (value.isString() && base::parsePythonInteger(value.asString())) return std::nullopt;
    return "must be an integer or a string that holds one";
}

std::string Argument<IntegerLike>::schema() {
    return R"({"anyOf":[{"type":"integer"},)"
           R"({"type":"string","pattern":"^\\s*[+-]?\\d(_?\\d)*\\s*$"}]})";
}

std::string toJson(const base::Integer& value) {
    return base::toString(value);
}

std::string toJson(const std::string& value) {
    // Nameko's name for a result that JSON cannot carry.
    if (!base::isUtf8(value)) {
        throw Error("UnserializableValueError", "Unserializable value: the text is not UTF-8");
    }
    std::string out;
    base::appendJsonString(out, value);
    return out;
}

std::string toJson(const base::Json& value) {
    return value.toString();
}

}  // namespace errand::rpc
