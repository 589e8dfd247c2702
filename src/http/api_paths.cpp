// SPDX-License-Identifier: Apache-2.0
#include "http/api_paths.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <Poco/String.h>

#include "http/api_parts.h"
#include "http/api_sample.h"
#include "http/response.h"

namespace errand::http {
namespace {

using base::Json;

// The member, made where it is not there yet.
Json::Object& memberOf(Json::Object& object, std::string_view name) {
    const auto found = std::ranges::find(object, name, &Json::Member::first);
    if (found != object.end()) return found->second.asObject();
    return object.emplace_back(name, Json::Object{}).second.asObject();
}

}  // namespace

void ApiPaths::add(const Route& route) {
    const Operation& operation = route.operation;
    used_.tags.insert(operation.tag);
    Json::Object described{{"operationId", operation.name},
                           {"summary", route.text},
                           {"tags", Json::Array{operation.tag}}};
    Json::Array parameters = parametersOf(route);
    if (!parameters.empty()) described.emplace_back("parameters", std::move(parameters));
    if (operation.body) described.emplace_back("requestBody", requestBody(operation.body));
    // Either, or nothing where no tokens are asked for.
    if (route.needs != Needs::nothing)
        described.emplace_back(
            "security", Json::Array{Json::Object{{"token", Json::Array{}}},
                                    Json::Object{{"session", Json::Array{}}}, Json::Object{}});
    described.emplace_back("responses", apiResponses(route, used_));
    memberOf(paths_, route.path)
        .emplace_back(Poco::toLower(std::string(route.method)), std::move(described));
}

Json::Array ApiPaths::parametersOf(const Route& route) {
    Json::Array found;
    const auto take = [&](const std::string& name) {
        requirePart(findApiParameter(name), "parameter " + name);
        used_.parameters.insert(name);
        found.push_back(apiReference("parameters", name));
    };
    if (const auto open = route.path.find('{'); open != std::string_view::npos)
        take(std::string(route.path.substr(open + 1, route.path.find('}') - open - 1)));
    for (const char* name : route.operation.parameters)
        if (name) take(name);
    return found;
}

Json ApiPaths::requestBody(const std::string& name) const {
    Json::Object media{{"schema", apiReference("schemas", name)}, {"examples", examplesOf(name)}};
    return Json::Object{{"required", true},
                        {"content", Json::Object{{std::string(jsonType), std::move(media)}}}};
}

// One for each of what the body may be, so that people can choose.
Json::Object ApiPaths::examplesOf(const std::string& name) const {
    const auto found = std::ranges::find(schemas_, name, &Json::Member::first);
    const Json& schema =
        requirePart(found == schemas_.end() ? nullptr : &found->second, "schema " + name);
    const Json* choices = schema.find("oneOf");
    if (!choices) return {{name, Json::Object{{"value", sampleOf(schema)}}}};
    Json::Object examples;
    for (const Json& choice : choices->asArray()) {
        const Json* referred = choice.find("$ref");
        if (!referred) continue;
        const std::string& path = referred->asString();
        for (Json::Member& each : examplesOf(path.substr(path.rfind('/') + 1)))
            examples.push_back(std::move(each));
    }
    return examples;
}

}  // namespace errand::http
