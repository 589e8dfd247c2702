// SPDX-License-Identifier: Apache-2.0
#include "http/api_document.h"

#include <utility>

#include <Poco/SHA1Engine.h>

#include "base/json.h"
#include "http/api_calls.h"
#include "http/api_parts.h"
#include "http/api_paths.h"
#include "http/api_schemas.h"

namespace errand::http {
namespace {

using base::Json;

constexpr const char* introduction =
    "Submits jobs, follows them and lists them. Every resource answers HEAD, as GET without the "
    "body, and OPTIONS; a method it does not have gets 405 with Allow. Integers of any size are "
    "exact, as JSON numbers and as strings.";

constexpr const char* troubleText =
    "What goes wrong before the request is understood, or within the server: a message that is "
    "malformed, too large or too slow; too many connections; a fault of the server.";

Json::Object schemasOf(const rpc::Catalogue& catalogue) {
    Json::Object schemas;
    for (const ApiSchema& schema : apiSchemas())
        schemas.emplace_back(std::string(schema.name), Json::parse(schema.schema));
    addCallSchemas(catalogue, schemas);
    return schemas;
}

Json tagsOf(const UsedParts& used) {
    Json::Array tags;
    for (const ApiTag& tag : apiTags())
        if (used.tags.contains(tag.name))
            tags.push_back(Json::Object{{"name", tag.name}, {"description", tag.text}});
    if (tags.size() != used.tags.size()) requirePart<ApiTag>(nullptr, "tag that a route has");
    return tags;
}

Json responsesOf(UsedParts& used) {
    Json::Object responses;
    for (const int status : used.problems) {
        const Answer answer{.status = status};
        responses.emplace_back("Problem" + std::to_string(status), apiResponse({&answer, 1}, used));
    }
    const Answer any{.status = 400, .text = troubleText};
    Json::Object trouble = apiResponse({&any, 1}, used);
    Json::Array statuses;
    for (const int status : troubleStatuses()) statuses.push_back(Json::integer(status));
    trouble.emplace_back("x-statuses", std::move(statuses));
    responses.emplace_back("Trouble", std::move(trouble));
    return responses;
}

Json parametersOf(const UsedParts& used) {
    constexpr const char* places[] = {"path", "query", "header"};
    Json::Object parameters;
    for (const std::string& name : used.parameters) {
        const ApiParameter& each = *findApiParameter(name);
        Json::Object parameter{{"name", name}, {"in", places[static_cast<int>(each.in)]}};
        if (each.in == In::path) parameter.emplace_back("required", true);
        parameter.emplace_back("description", each.text);
        parameter.emplace_back("schema", Json::parse(each.schema));
        parameters.emplace_back(name, std::move(parameter));
    }
    return parameters;
}

Json headersOf(const UsedParts& used) {
    Json::Object headers;
    for (const std::string& name : used.fields) {
        const ApiField& field = *findApiField(name);
        headers.emplace_back(
            name, Json::Object{{"description", field.text}, {"schema", Json::parse(field.schema)}});
    }
    return headers;
}

Json securitySchemes() {
    return Json::Object{
        {"token", Json::Object{{"type", "http"},
                               {"scheme", "bearer"},
                               {"description", "A token, where the server asks for them."}}},
        {"session", Json::Object{{"type", "apiKey"},
                                 {"in", "cookie"},
                                 {"name", "errand_session"},
                                 {"description", "What POST /session gives a browser."}}}};
}

Json describe(const rpc::Catalogue& catalogue, std::span<const Route> routes) {
    Json::Object schemas = schemasOf(catalogue);
    ApiPaths paths(schemas);
    for (const Route& route : routes)
        if (route.operation.name) paths.add(route);
    UsedParts& used = paths.used();
    Json responses = responsesOf(used);  // names header fields, too

    Json license = Json::Object{{"name", "Apache License 2.0"}, {"identifier", "Apache-2.0"}};
    Json info = Json::Object{{"title", "Errand"},
                             {"version", ERRAND_VERSION},
                             {"description", introduction},
                             {"license", std::move(license)}};
    Json components = Json::Object{{"schemas", std::move(schemas)},
                                   {"parameters", parametersOf(used)},
                                   {"headers", headersOf(used)},
                                   {"securitySchemes", securitySchemes()},
                                   {"responses", std::move(responses)}};
    return Json::Object{{"openapi", "3.1.0"},
                        {"info", std::move(info)},
                        {"servers", Json::Array{Json::Object{{"url", "/"}}}},
                        {"security", Json::Array{}},
                        {"tags", tagsOf(used)},
                        {"paths", paths.take()},
                        {"components", std::move(components)}};
}

}  // namespace

void ApiDocument::make() const {
    text_ = describe(catalogue_, routes_).toString();
    Poco::SHA1Engine hash;
    hash.update(text_);
    etag_ = '"' + Poco::DigestEngine::digestToHex(hash.digest()).substr(0, 16) + '"';
}

const std::string& ApiDocument::text() const {
    std::call_once(made_, [this] { make(); });
    return text_;
}

const std::string& ApiDocument::etag() const {
    text();
    return etag_;
}

}  // namespace errand::http
