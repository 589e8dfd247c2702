// SPDX-License-Identifier: Apache-2.0
#include "system/openapi_check.h"

#include <algorithm>
#include <stdexcept>

#include "system/http.h"
#include "system/json_schema.h"

namespace errand::tests {

namespace {

using base::Json;

constexpr const char* problemType = "application/problem+json";

// Whether the path fits a template: "{...}" is one segment, and not an empty one.
bool fits(std::string_view pattern, std::string_view path) {
    const auto next = [](std::string_view& rest) {
        const auto end = std::min(rest.find('/'), rest.size());
        const auto segment = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        return segment;
    };
    if (std::ranges::count(pattern, '/') != std::ranges::count(path, '/')) return false;
    while (!pattern.empty() || !path.empty()) {
        const std::string_view expected = next(pattern);
        const std::string_view segment = next(path);
        const bool any = expected.starts_with('{') && !segment.empty();
        if (!any && expected != segment) return false;
    }
    return true;
}

bool isAmong(const Json& statuses, int status) {
    return std::ranges::count(statuses.asArray(), Json::integer(status)) > 0;
}

std::string mediaType(const Answer& answer) {
    const std::string type = answer.type();
    return type.substr(0, type.find(';'));
}

std::string lowerCase(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

}  // namespace

void OpenApiCheck::check(const std::string& method, const std::string& target,
                         const Answer& answer) const {
    const std::string fault = faultOf(method, target.substr(0, target.find('?')), answer);
    if (fault.empty()) return;
    throw std::runtime_error("not as the API document says: " + method + ' ' + target +
                             " was answered " + std::to_string(answer.status) + ' ' +
                             answer.type() + ": " + fault +
                             "; the answer: " + answer.body.substr(0, 1000));
}

std::string OpenApiCheck::faultOf(const std::string& method, const std::string& path,
                                  const Answer& answer) const {
    const Json* item = findPath(path);
    const std::string verb = method == "HEAD" ? "get" : lowerCase(method);
    const Json* operation = item ? item->find(verb) : nullptr;
    if (!operation) return faultBeside(method, item != nullptr, answer);
    const JsonSchema schemas(document_);
    const auto resolve = [&](const Json& response) -> const Json& {
        const Json* reference = response.find("$ref");
        return reference ? schemas.follow(reference->asString()) : response;
    };
    const Json& responses = *operation->find("responses");
    const Json* response = responses.find(std::to_string(answer.status));
    if (!response) {
        const Json& others = resolve(*responses.find("default"));
        if (!isAmong(*others.find("x-statuses"), answer.status))
            return "there is no such status for " + operation->find("operationId")->asString();
        response = &others;
    }
    // To HEAD only the head of the answer comes.
    return method == "HEAD" ? "" : faultOfBody(resolve(*response), answer);
}

const Json* OpenApiCheck::findPath(std::string_view path) const {
    for (const auto& [pattern, item] : document_.find("paths")->asObject())
        if (fits(pattern, path)) return &item;
    return nullptr;
}

// What the document says in words only: OPTIONS, other methods and paths, and pages.
std::string OpenApiCheck::faultBeside(const std::string& method, bool knownPath,
                                      const Answer& answer) const {
    if (method == "HEAD") return "";
    if (answer.status >= 400) {
        if (mediaType(answer) != problemType) return "it is no problem";
        const Json& problem = JsonSchema(document_).follow("#/components/schemas/Problem");
        return JsonSchema(document_).faultOf(problem, answer.json());
    }
    if (method == "OPTIONS") return answer.status == 204 ? "" : "OPTIONS is answered 204";
    return knownPath || method != "GET" ? "there is no such operation" : "";
}

std::string OpenApiCheck::faultOfBody(const Json& response, const Answer& answer) const {
    const Json* content = response.find("content");
    if (!content) return answer.body.empty() ? "" : "it has no body";
    const Json* media = content->find(mediaType(answer));
    if (!media) return "its type is not in " + content->toString();
    const Json& schema = *media->find("schema");
    if (!mediaType(answer).ends_with("json")) return "";
    return JsonSchema(document_).faultOf(schema, answer.json());
}

}  // namespace errand::tests
