// SPDX-License-Identifier: Apache-2.0
#include "http/api_calls.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>
#include <vector>

#include "http/api_sample.h"

namespace errand::http {
namespace {

using base::Json;
using Parameters = std::vector<rpc::Parameter>;

Json reference(const std::string& name) {
    return Json::Object{{"$ref", "#/components/schemas/" + name}};
}

// The names of components have these characters only (OpenAPI 3.1, 4.8.7).
std::string componentName(const rpc::Service& service, const rpc::Method& method) {
    std::string name = service.name() + '.' + method.name;
    for (char& c : name)
        if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '_') c = '-';
    return name;
}

Json::Array namesOf(Parameters::const_iterator begin, Parameters::const_iterator end) {
    Json::Array names;
    for (; begin != end; ++begin) names.emplace_back(begin->name);
    return names;
}

Parameters::const_iterator endOfRequired(const Parameters& parameters) {
    return std::ranges::find(parameters, false, &rpc::Parameter::required);
}

// All by name: an object.
Json::Object namedArguments(const rpc::Method& method) {
    Json::Object properties;
    for (const rpc::Parameter& parameter : method.parameters)
        properties.emplace_back(parameter.name, Json::parse(parameter.schema));
    return {
        {"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

Json::Object positionalArguments(const rpc::Method& method) {
    Json::Array items;
    for (const rpc::Parameter& parameter : method.parameters) {
        Json item = Json::parse(parameter.schema);
        item.asObject().insert(item.asObject().begin(), {"title", parameter.name});
        items.push_back(std::move(item));
    }
    Json::Object schema{{"type", "array"}};
    if (!items.empty()) schema.emplace_back("prefixItems", std::move(items));
    schema.emplace_back("items", false);
    return schema;
}

// Each required parameter is there, by position or by name: the first so many by position, for
// every such number, and the others by name.
Json::Array waysToGive(const Parameters& parameters) {
    Json::Array ways;
    const auto end = endOfRequired(parameters);
    for (auto split = parameters.begin();; ++split) {
        Json::Object properties;
        Json::Array needed;
        if (const auto count = split - parameters.begin(); count > 0) {
            properties.emplace_back("args", Json::Object{{"minItems", Json::integer(count)}});
            needed.emplace_back("args");
        }
        if (split != end) {
            properties.emplace_back("kwargs", Json::Object{{"required", namesOf(split, end)}});
            needed.emplace_back("kwargs");
        }
        if (!needed.empty())
            ways.push_back(Json::Object{{"properties", std::move(properties)},
                                        {"required", std::move(needed)}});
        if (split == end) return ways;
    }
}

Json sampleArguments(const rpc::Method& method) {
    Json::Object schema = namedArguments(method);
    schema.emplace_back("required",
                        namesOf(method.parameters.begin(), endOfRequired(method.parameters)));
    return sampleOf(schema);
}

// What both an entry for a method and that for foreign services have.
Json::Object callSchema(std::string text, Json::Object properties, Json example) {
    return {{"type", "object"},
            {"description", std::move(text)},
            {"properties", std::move(properties)},
            {"allOf", Json::Array{reference("JobOptions")}},
            {"required", Json::Array{"service", "method"}},
            {"unevaluatedProperties", false},
            {"examples", Json::Array{std::move(example)}}};
}

Json methodSchema(const rpc::Service& service, const rpc::Method& method) {
    Json example = Json::Object{
        {"service", service.name()}, {"method", method.name}, {"kwargs", sampleArguments(method)}};
    Json::Object schema = callSchema(method.text,
                                     {{"service", Json::Object{{"const", service.name()}}},
                                      {"method", Json::Object{{"const", method.name}}},
                                      {"args", positionalArguments(method)},
                                      {"kwargs", namedArguments(method)}},
                                     std::move(example));
    Json::Array ways = waysToGive(method.parameters);
    if (!ways.empty()) schema.emplace_back("anyOf", std::move(ways));
    return schema;
}

// The arguments of compute.compute, without the call around them.
Json computationSchema(const rpc::Method& method) {
    Json::Object schema = namedArguments(method);
    schema.emplace(schema.begin() + 1, "description", method.text);
    schema.emplace_back("required",
                        namesOf(method.parameters.begin(), endOfRequired(method.parameters)));
    schema.emplace_back("examples", Json::Array{sampleArguments(method)});
    return schema;
}

Json foreignSchema(const rpc::Catalogue& catalogue) {
    Json::Array known;
    for (const rpc::Service* service : catalogue.services()) known.emplace_back(service->name());
    Json name = Json::Object{{"type", "string"}, {"minLength", Json::integer(1)}};
    Json foreign = name;
    foreign.asObject().emplace_back("not", Json::Object{{"enum", std::move(known)}});
    return callSchema(
        "A call of a service that others serve.",
        {{"service", std::move(foreign)},
         {"method", std::move(name)},
         {"args", Json::Object{{"type", "array"}}},
         {"kwargs", Json::Object{{"type", "object"}}}},
        Json::Object{{"service", "greeting"}, {"method", "hello"}, {"args", Json::Array{"world"}}});
}

}  // namespace

void addCallSchemas(const rpc::Catalogue& catalogue, Json::Object& schemas) {
    Json::Array choices;
    const std::size_t first = schemas.size();
    const auto add = [&](const std::string& name, Json schema) {
        choices.push_back(reference(name));
        schemas.emplace_back(name, std::move(schema));
    };
    for (const rpc::Service* service : catalogue.services())
        for (const rpc::Method& method : service->methods())
            add(componentName(*service, method), methodSchema(*service, method));
    const rpc::Method* computation = catalogue.find("compute", "compute");
    if (computation)
        add("Computation", computationSchema(*computation));
    else  // POST /compute is there all the same, and answers 404
        schemas.emplace_back("Computation", Json::Object{{"type", "object"}});
    if (catalogue.reachesEverywhere()) add("AnyCall", foreignSchema(catalogue));
    const Json example = sampleOf(schemas[first].second);
    schemas.emplace_back("JobRequests",
                         Json::Object{{"type", "array"},
                                      {"description", "Jobs to be stored in one commit, or none."},
                                      {"items", reference("JobRequest")},
                                      {"minItems", Json::integer(1)},
                                      {"maxItems", Json::integer(10000)},
                                      {"examples", Json::Array{Json::Array{example, example}}}});
    schemas.emplace_back(
        "JobRequest",
        Json::Object{{"description", "A call with the options of its job, or a computation."},
                     {"oneOf", std::move(choices)}});
}

}  // namespace errand::http
