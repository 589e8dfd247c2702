// SPDX-License-Identifier: Apache-2.0
#include "compute/operation_name.h"

#include <array>
#include <charconv>
#include <locale>
#include <sstream>

#include "base/integer.h"
#include "rpc/error.h"
#include "rpc/python.h"

namespace errand::compute {
namespace {

// repr(float): the shortest digits that bring the value back; an exponent below 1e-4, from 1e16.
std::string floatRepr(const std::string& digits) {
    std::istringstream stream(digits);
    stream.imbue(std::locale::classic());
    double value = 0;
    if (!(stream >> value)) return digits.starts_with('-') ? "-inf" : "inf";
    // 1.7976931348623157e+308 has 22 characters, 17 digits fixed have 23.
    std::array<char, 32> room{};
    const auto write = [&](std::chars_format format) {
        return std::string(room.data(), std::to_chars(room.begin(), room.end(), value, format).ptr);
    };
    std::string scientific = write(std::chars_format::scientific);
    const int exponent = std::stoi(scientific.substr(scientific.find('e') + 1));
    if (exponent < -4 || exponent >= 16) return scientific;
    const std::string fixed = write(std::chars_format::fixed);
    return fixed.find('.') == std::string::npos ? fixed + ".0" : fixed;
}

// repr() of what can be a dict's key in Python.
std::string keyRepr(const base::Json& key) {
    switch (key.kind()) {
        case base::Json::Kind::null:
            return "None";
        case base::Json::Kind::boolean:
            return key.asBoolean() ? "True" : "False";
        case base::Json::Kind::number:
            if (!key.isInteger()) return floatRepr(key.asDigits());
            return base::toString(base::parseJsonInteger(key.asDigits()).value());
        case base::Json::Kind::string:
            return rpc::pythonRepr(key.asString());
        case base::Json::Kind::array:
        case base::Json::Kind::object:
            break;
    }
    throw rpc::Error("TypeError",
                     std::string("unhashable type: '") + rpc::pythonTypeName(key) + "'");
}

}  // namespace

const Operation& OperationName::find() const {
    const Operation* found = value_.isString() ? findOperation(value_.asString()) : nullptr;
    if (found == nullptr) throw rpc::Error("KeyError", keyRepr(value_));
    return *found;
}

}  // namespace errand::compute

namespace errand::rpc {

std::optional<std::string> Argument<compute::OperationName>::check(const base::Json& value) {
    if (value.isString() && compute::findOperation(value.asString()) != nullptr) {
        return std::nullopt;
    }
    std::string names;
    for (const compute::Operation& operation : compute::operations()) {
        if (!names.empty()) names += ", ";
        names += operation.name;
    }
    return "must be one of " + names;
}

std::string Argument<compute::OperationName>::schema() {
    base::Json::Array names;
    for (const compute::Operation& operation : compute::operations()) {
        names.emplace_back(std::string(operation.name));
    }
    return base::Json(base::Json::Object{{"type", "string"}, {"enum", std::move(names)}})
        .toString();
}

}  // namespace errand::rpc
