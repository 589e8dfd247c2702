// SPDX-License-Identifier: Apache-2.0
#include "http/api_answers.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "http/api_parts.h"
#include "http/api_schemas.h"

namespace errand::http {
namespace {

using base::Json;

const ApiStatus& statusOf(const Answer& answer) {
    return requirePart(findApiStatus(answer.status), "words for " + std::to_string(answer.status));
}

// A problem about which there is no more to say than its status does.
bool isPlainProblem(const Answer& answer) {
    return answer.status >= 400 && !answer.body && !answer.text && !answer.fields[0];
}

Json headersOf(std::span<const Answer> answers, const ApiStatus& status, UsedParts& used) {
    Json::Object headers;
    const auto add = [&](const char* name) {
        if (!name || std::ranges::count(headers, name, &Json::Member::first) > 0) return;
        requirePart(findApiField(name), std::string("header ") + name);
        used.fields.insert(name);
        headers.emplace_back(name, apiReference("headers", name));
    };
    for (const Answer& answer : answers) std::ranges::for_each(answer.fields, add);
    add(status.field);
    return headers;
}

// By content type; several bodies of one type are alternatives.
Json contentOf(std::span<const Answer> answers) {
    std::map<std::string, Json::Array> bodies;
    for (const Answer& answer : answers) {
        const char* name = answer.body ? answer.body : answer.status >= 400 ? "Problem" : nullptr;
        if (!name) continue;
        const auto& schema = requirePart(findApiSchema(name), std::string("body ") + name);
        // Without parameters such as charset: the type alone is what a body is known by.
        const auto type = schema.contentType.substr(0, schema.contentType.find(';'));
        bodies[std::string(type)].push_back(apiReference("schemas", name));
    }
    Json::Object content;
    for (auto& [type, schemas] : bodies) {
        Json schema = schemas.size() == 1 ? std::move(schemas.front())
                                          : Json(Json::Object{{"oneOf", std::move(schemas)}});
        content.emplace_back(type, Json::Object{{"schema", std::move(schema)}});
    }
    return content;
}

}  // namespace

Json apiReference(const char* kind, const std::string& name) {
    return Json::Object{{"$ref", std::string("#/components/") + kind + '/' + name}};
}

Json::Object apiResponse(std::span<const Answer> answers, UsedParts& used) {
    const Answer& first = answers.front();
    const ApiStatus& status = statusOf(first);
    Json::Object response{{"description", first.text ? first.text : status.text}};
    Json headers = headersOf(answers, status, used);
    if (!headers.asObject().empty()) response.emplace_back("headers", std::move(headers));
    Json content = contentOf(answers);
    if (!content.asObject().empty()) response.emplace_back("content", std::move(content));
    return response;
}

Json::Object apiResponses(const Route& route, UsedParts& used) {
    std::map<int, std::vector<Answer>> answers;
    for (const Answer& answer : route.operation.answers)
        if (answer.status != 0) answers[answer.status].push_back(answer);
    if (route.takes != Takes::nothing)
        for (const int status : {400, 411, 413, 415, 422})
            if (answers[status].empty()) answers[status].push_back({.status = status});
    if (route.needs != Needs::nothing)
        for (const int status : {401, 403})
            if (answers[status].empty()) answers[status].push_back({.status = status});
    Json::Object responses;
    for (const auto& [status, each] : answers) {
        if (each.size() == 1 && isPlainProblem(each.front())) {
            used.problems.insert(statusOf(each.front()).status);
            responses.emplace_back(std::to_string(status),
                                   apiReference("responses", "Problem" + std::to_string(status)));
        } else {
            responses.emplace_back(std::to_string(status), apiResponse(each, used));
        }
    }
    responses.emplace_back("default", apiReference("responses", "Trouble"));
    return responses;
}

}  // namespace errand::http
