// SPDX-License-Identifier: Apache-2.0
#include "cli/python_value.h"

#include "rpc/python.h"

namespace errand::cli {

namespace {

using base::Json;

void append(std::string& out, const Json& value);

void appendArray(std::string& out, const Json::Array& values) {
    out += '[';
    for (const Json& value : values) {
        if (&value != &values.front()) out += ", ";
        append(out, value);
    }
    out += ']';
}

void appendObject(std::string& out, const Json::Object& members) {
    out += '{';
    for (const auto& member : members) {
        if (&member != &members.front()) out += ", ";
        out += rpc::pythonRepr(member.first) + ": ";
        append(out, member.second);
    }
    out += '}';
}

// Depth is limited by whoever has read the value.
void append(std::string& out, const Json& value) {
    switch (value.kind()) {
        case Json::Kind::null:
            out += "None";
            break;
        case Json::Kind::boolean:
            out += value.asBoolean() ? "True" : "False";
            break;
        case Json::Kind::number:
            out += value.asDigits() == "-0" ? "0" : value.asDigits();
            break;
        case Json::Kind::string:
            out += rpc::pythonRepr(value.asString());
            break;
        case Json::Kind::array:
            appendArray(out, value.asArray());
            break;
        case Json::Kind::object:
            appendObject(out, value.asObject());
            break;
    }
}

}  // namespace

std::string asPython(const Json& value) {
    std::string out;
    append(out, value);
    return out;
}

}  // namespace errand::cli
