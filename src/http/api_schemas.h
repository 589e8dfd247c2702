// SPDX-License-Identifier: Apache-2.0
// The bodies that the API document describes, but for those that the catalogue adds (api_calls.h).
// A new one is an entry of api_schemas.cpp, and is named in the route table.
//
// Threads: constant.
// Owns: nothing; all is literals.
// Errors: a name that is not there is a null pointer.
#pragma once

#include <span>
#include <string_view>

#include "http/response.h"

namespace errand::http {

struct ApiSchema {
    std::string_view name;
    std::string_view schema;  // JSON Schema as JSON text
    std::string_view contentType = jsonType;
};

std::span<const ApiSchema> apiSchemas() noexcept;

const ApiSchema* findApiSchema(std::string_view name) noexcept;

}  // namespace errand::http
