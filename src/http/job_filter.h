// SPDX-License-Identifier: Apache-2.0
// Reads which jobs a query asks for: those of a list, of a stream, or of a change of many.
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

// As GET /jobs takes it, page and all.
std::variant<JobFilter, Response> readJobFilter(std::string_view query);

// The filter alone, for all that it lets through: `limit` and `after` are refused.
std::variant<jobs::Filter, Response> readWholeFilter(std::string_view query);

// Whether it lets every job through.
bool isOpen(const jobs::Filter& filter);

}  // namespace errand::http
