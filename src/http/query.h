// SPDX-License-Identifier: Apache-2.0
// Reads a query, "name=value&name=value", into decoded parameters.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: outcomes are values: a 400 that names the parameter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/response.h"

namespace errand::http {

struct QueryParameter {
    std::string name;
    std::string value;
};

// Appends the parameters that have a value; the same name twice is refused.
std::optional<Response> readQuery(std::string_view query, std::vector<QueryParameter>& parameters);

// 400 with the parameter's name in "parameter".
Response badParameter(std::string_view name, std::string_view message);

}  // namespace errand::http
