// SPDX-License-Identifier: Apache-2.0
// Reads Prefer (RFC 7240): how long a client would rather wait than ask again, and whether it would
// rather have its answer later.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none. A preference that is unknown or malformed is as if it were not there.
#pragma once

#include <chrono>
#include <optional>

#include "http/request.h"

namespace errand::http {

struct Preferences {
    std::optional<std::chrono::seconds> wait;
    bool respondAsync = false;
};

// All Prefer fields together; where one preference stands twice the first counts. No wait is longer
// than `longest`.
Preferences readPreferences(const Head& head, std::chrono::seconds longest);

}  // namespace errand::http
