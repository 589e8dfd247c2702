// SPDX-License-Identifier: Apache-2.0
// Reads which jobs GET /jobs asks for out of its query.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: outcomes are values: a 400 that names the parameter.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "http/response.h"
#include "jobs/jobs.h"

namespace errand::http {

struct JobFilter {
    jobs::Filter filter;
    int limit = 50;
    std::optional<std::int64_t> after;
};

std::variant<JobFilter, Response> readJobFilter(std::string_view query);

}  // namespace errand::http
