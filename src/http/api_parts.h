// SPDX-License-Identifier: Apache-2.0
// The parts of the API document that routes share: tags, parameters, header fields and problems. A
// new one is a line of api_parts.cpp, and is named in the route table.
//
// Threads: constant.
// Owns: nothing; all is literals.
// Errors: a name that is not there is a null pointer.
#pragma once

#include <span>
#include <string_view>

namespace errand::http {

struct ApiTag {
    const char* name;
    const char* text;
};

enum class In { path, query, header };

struct ApiParameter {
    const char* name;
    In in;
    const char* schema;  // JSON Schema as JSON text, here and below
    const char* text;
};

struct ApiField {
    const char* name;
    const char* schema;
    const char* text;
};

// What an answer of that status says where the route has no words of its own.
struct ApiStatus {
    int status;
    const char* text;
    const char* field;  // that it has; null: none
};

std::span<const ApiTag> apiTags() noexcept;

const ApiParameter* findApiParameter(std::string_view name) noexcept;
const ApiField* findApiField(std::string_view name) noexcept;
const ApiStatus* findApiStatus(int status) noexcept;

// The statuses of what goes wrong before a route is asked, or within the server.
std::span<const int> troubleStatuses() noexcept;

}  // namespace errand::http
