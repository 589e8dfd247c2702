// SPDX-License-Identifier: Apache-2.0
#include "system/json_schema.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <stdexcept>

#include "base/clock.h"
#include "base/id.h"

namespace errand::tests {

using base::Json;

// What of an object was described, wherever in its schema.
struct JsonSchema::Seen {
    std::set<std::string> members;
    bool described = false;  // some are: then all others are wrong
    bool open = false;       // others are welcome
};

namespace {

bool isOfType(const std::string& type, const Json& value) {
    if (type == "integer") return value.isInteger();
    return type == value.kindName();
}

std::string wrongType(const Json& type, const Json& value) {
    const auto fits = [&](const Json& one) { return isOfType(one.asString(), value); };
    const bool fine = type.isArray() ? std::ranges::any_of(type.asArray(), fits) : fits(type);
    return fine ? "" : "is no " + type.toString() + " but " + value.toString().substr(0, 200);
}

std::string wrongFormat(const std::string& format, const Json& value) {
    if (!value.isString()) return "";
    const std::string& text = value.asString();
    const bool fine = format == "uuid"        ? base::Id::parse(text).has_value()
                      : format == "date-time" ? base::parseRfc3339(text).has_value()
                                              : true;
    return fine ? "" : "is no " + format + ": " + text;
}

std::string wrongBound(const std::string& keyword, const Json& bound, const Json& value) {
    if (!value.isNumber()) return "";
    const double number = std::strtod(value.asDigits().c_str(), nullptr);
    const double limit = std::strtod(bound.asDigits().c_str(), nullptr);
    const bool fine = keyword == "minimum" ? number >= limit : number <= limit;
    return fine ? "" : "is beyond the " + keyword + ": " + value.asDigits();
}

std::string missingMember(const Json& required, const Json& value) {
    if (!value.isObject()) return "";
    for (const Json& name : required.asArray())
        if (!value.find(name.asString())) return "has no " + name.asString();
    return "";
}

// A keyword about the value itself; nothing of it is looked into.
std::string faultByItself(const std::string& keyword, const Json& operand, const Json& value) {
    if (keyword == "type") return wrongType(operand, value);
    if (keyword == "format") return wrongFormat(operand.asString(), value);
    if (keyword == "required") return missingMember(operand, value);
    if (keyword == "minimum" || keyword == "maximum") return wrongBound(keyword, operand, value);
    if (keyword == "const")
        return operand == value ? "" : "is not " + operand.toString() + " but " + value.toString();
    if (keyword == "enum") {
        const bool fine = std::ranges::count(operand.asArray(), value) > 0;
        return fine ? "" : "is none of " + operand.toString() + " but " + value.toString();
    }
    for (const char* words : {"description", "title", "default", "examples"})
        if (keyword == words) return "";
    throw std::runtime_error("the check of the API document does not know \"" + keyword + "\"");
}

}  // namespace

const Json& JsonSchema::follow(const std::string& reference) const {
    const Json* found = &document_;
    for (std::size_t at = reference.find('/'); found && at != std::string::npos;) {
        const std::size_t end = reference.find('/', at + 1);
        found = found->find(reference.substr(at + 1, end - at - 1));
        at = end;
    }
    if (!found) throw std::runtime_error("the API document has no " + reference);
    return *found;
}

std::string JsonSchema::faultOf(const Json& schema, const Json& value,
                                const std::string& path) const {
    Seen seen;
    std::string fault = look(schema, value, path, seen);
    if (!fault.empty() || !value.isObject() || !seen.described || seen.open) return fault;
    for (const auto& [name, member] : value.asObject())
        if (!seen.members.contains(name)) return path + " has the undescribed member " + name;
    return "";
}

std::string JsonSchema::look(const Json& schema, const Json& value, const std::string& path,
                             Seen& seen) const {
    if (schema.isBoolean()) return schema.asBoolean() ? "" : path + " must not be there";
    for (const auto& [keyword, operand] : schema.asObject()) {
        std::string fault;
        if (keyword == "$ref") {
            fault = look(follow(operand.asString()), value, path, seen);
        } else if (keyword == "properties") {
            fault = lookAtMembers(operand, value, path, seen);
        } else if (keyword == "additionalProperties") {
            seen.open = operand.isObject() || operand.asBoolean();
            if (operand.isObject()) fault = faultOfOthers(schema, operand, value, path);
        } else if (keyword == "propertyNames") {
            fault = faultOfNames(operand, value, path);
        } else if (keyword == "items") {
            for (std::size_t i = 0; value.isArray() && i < value.asArray().size(); ++i) {
                fault = faultOf(operand, value.asArray()[i], path + '/' + std::to_string(i));
                if (!fault.empty()) break;
            }
        } else if (keyword == "allOf") {
            for (const Json& each : operand.asArray())
                if (fault.empty()) fault = look(each, value, path, seen);
        } else if (keyword == "anyOf" || keyword == "oneOf") {
            fault = lookAtAlternatives(operand, value, path, keyword == "oneOf", seen);
        } else if (fault = faultByItself(keyword, operand, value); !fault.empty()) {
            fault.insert(0, path + ' ');
        }
        if (!fault.empty()) return fault;
    }
    return "";
}

// Members that the schema's `properties` do not name.
std::string JsonSchema::faultOfOthers(const Json& schema, const Json& others, const Json& value,
                                      const std::string& path) const {
    const Json* named = schema.find("properties");
    if (!value.isObject()) return "";
    for (const auto& [name, member] : value.asObject()) {
        if (named && named->find(name)) continue;
        std::string fault = faultOf(others, member, path + '/' + name);
        if (!fault.empty()) return fault;
    }
    return "";
}

std::string JsonSchema::faultOfNames(const Json& names, const Json& value,
                                     const std::string& path) const {
    if (!value.isObject()) return "";
    for (const auto& [name, member] : value.asObject()) {
        std::string fault = faultOf(names, name, path + "'s member");
        if (!fault.empty()) return fault;
    }
    return "";
}

std::string JsonSchema::lookAtMembers(const Json& properties, const Json& value,
                                      const std::string& path, Seen& seen) const {
    seen.described = true;
    if (!value.isObject()) return "";
    for (const auto& [name, schema] : properties.asObject()) {
        seen.members.insert(name);
        const Json* member = value.find(name);
        if (!member) continue;
        std::string fault = faultOf(schema, *member, path + '/' + name);
        if (!fault.empty()) return fault;
    }
    return "";
}

std::string JsonSchema::lookAtAlternatives(const Json& schemas, const Json& value,
                                           const std::string& path, bool one, Seen& seen) const {
    int fitting = 0;
    std::string faults;
    for (const Json& schema : schemas.asArray()) {
        // Alone, so that a member that only another alternative describes is wrong here.
        Seen here;
        std::string fault = look(schema, value, path, here);
        if (fault.empty() && here.described && !here.open) fault = faultOf(schema, value, path);
        if (!fault.empty()) {
            faults += "; " + fault;
            continue;
        }
        ++fitting;
        seen.members.merge(here.members);
        seen.described |= here.described;
        seen.open |= here.open;
    }
    if (fitting == 0) return path + " fits no alternative" + faults;
    return one && fitting > 1 ? path + " fits more than one alternative" : "";
}

}  // namespace errand::tests
