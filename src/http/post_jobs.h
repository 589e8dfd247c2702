// SPDX-License-Identifier: Apache-2.0
// What POST /jobs does with an array of jobs.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: outcomes are values.
#pragma once

#include <string_view>

#include "http/site.h"

namespace errand::http {

bool isArray(std::string_view body) noexcept;

// REQUIRES an array.
Response postJobs(const Site& site, const Request& request);

}  // namespace errand::http
