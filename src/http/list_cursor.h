// SPDX-License-Identifier: Apache-2.0
// The cursors of lists: what a page gives as `next`, and takes back as `after`. To clients they
// mean nothing; inside are a job's sequence and a check over it and the filter, so that a cursor of
// another list is told from one of this.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: outcomes are values: nullopt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jobs/jobs.h"

namespace errand::http {

std::string writeCursor(std::int64_t sequence, const jobs::Filter& filter);

// nullopt: it is none, or one of another filter.
std::optional<std::int64_t> readCursor(std::string_view cursor, const jobs::Filter& filter);

}  // namespace errand::http
