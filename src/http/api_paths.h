// SPDX-License-Identifier: Apache-2.0
// ApiPaths describes routes for the API document, one after the other.
//
// Threads: used by one thread.
// Owns: what it has described.
// Errors: a name that is nowhere declared throws Poco::NotFoundException.
#pragma once

#include <string>

#include "base/json.h"
#include "http/api_answers.h"
#include "http/routes.h"

namespace errand::http {

class ApiPaths {
public:
    // The schemas that bodies may name; borrowed.
    explicit ApiPaths(const base::Json::Object& schemas) : schemas_(schemas) {}

    // REQUIRES a route with an operation.
    void add(const Route& route);

    // An OpenAPI Paths Object of all that was added.
    base::Json::Object take() { return std::move(paths_); }

    UsedParts& used() noexcept { return used_; }

private:
    base::Json::Array parametersOf(const Route& route);
    base::Json requestBody(const std::string& name) const;
    base::Json::Object examplesOf(const std::string& name) const;

    const base::Json::Object& schemas_;
    base::Json::Object paths_;
    UsedParts used_;
};

}  // namespace errand::http
