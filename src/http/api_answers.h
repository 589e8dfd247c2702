// SPDX-License-Identifier: Apache-2.0
// What the API document says of a route's answers.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: a name that is nowhere declared throws Poco::NotFoundException.
#pragma once

#include <set>
#include <span>
#include <string>

#include <Poco/Exception.h>

#include "base/json.h"
#include "http/routes.h"

namespace errand::http {

// The names of the shared parts that the routes use; what nobody uses is left out.
struct UsedParts {
    std::set<std::string> tags;
    std::set<std::string> parameters;
    std::set<std::string> fields;
    std::set<int> problems;
};

// {"$ref":"#/components/KIND/NAME"}
base::Json apiReference(const char* kind, const std::string& name);

// The part that was looked up, which must be there.
template <class Part>
const Part& requirePart(const Part* part, const std::string& name) {
    if (!part) throw Poco::NotFoundException("the API document has no " + name);
    return *part;
}

// An OpenAPI Responses Object.
base::Json::Object apiResponses(const Route& route, UsedParts& used);

// An OpenAPI Response Object for answers of one status. REQUIRES at least one.
base::Json::Object apiResponse(std::span<const Answer> answers, UsedParts& used);

}  // namespace errand::http
