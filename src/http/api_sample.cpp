// SPDX-License-Identifier: Apache-2.0
#include "http/api_sample.h"

#include <string>

namespace errand::http {
namespace {

using base::Json;

Json sampleText(const Json& schema) {
    const Json* format = schema.find("format");
    if (!format || !format->isString()) return "text";
    const std::string& name = format->asString();
    if (name == "email") return "name@example.com";
    if (name == "uri") return "https://example.com/";
    if (name == "date-time") return "2030-01-31T08:00:00Z";
    if (name == "uuid") return "01a20494-6d20-701d-b03f-6a6c4b9a2ce4";
    return "text";
}

Json sampleObject(const Json& schema) {
    Json::Object object;
    const Json* required = schema.find("required");
    const Json* properties = schema.find("properties");
    if (required && properties)
        for (const Json& name : required->asArray()) {
            const Json* property = properties->find(name.asString());
            object.emplace_back(name.asString(), property ? sampleOf(*property) : Json());
        }
    return object;
}

Json sampleOfType(const std::string& type, const Json& schema) {
    if (type == "object") return sampleObject(schema);
    if (type == "array") return Json::Array{};
    if (type == "string") return sampleText(schema);
    if (type == "boolean") return true;
    if (type == "null") return nullptr;
    const Json* least = schema.find("minimum");
    return least ? *least : Json::integer(30);
}

}  // namespace

Json sampleOf(const Json& schema) {
    if (!schema.isObject()) return nullptr;
    if (const Json* value = schema.find("const")) return *value;
    for (const char* choices : {"examples", "enum"})
        if (const Json* list = schema.find(choices); list && !list->asArray().empty())
            return list->asArray().front();
    for (const char* choices : {"anyOf", "oneOf"})
        if (const Json* list = schema.find(choices); list && !list->asArray().empty())
            return sampleOf(list->asArray().front());
    const Json* type = schema.find("type");
    if (type && type->isArray() && !type->asArray().empty()) type = &type->asArray().front();
    return type && type->isString() ? sampleOfType(type->asString(), schema) : Json();
}

}  // namespace errand::http
