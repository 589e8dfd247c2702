// SPDX-License-Identifier: Apache-2.0
// checkStore looks at a whole database of jobs: whether its pages and indexes fit together, and
// whether its rows can be as they are.
//
// Threads: functions without state. A server may be writing meanwhile: it is one moment that is
// looked at.
// Owns: nothing.
// Errors: StoreError for what cannot be read at all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/database.h"

namespace errand::jobs {

struct StoreCheck {
    std::int64_t jobs = 0;
    std::vector<std::string> findings;  // a line each; none: all is well
};

// Reads every page: it takes about a second for 300 MB that are in memory.
StoreCheck checkStore(store::Database& database);

}  // namespace errand::jobs
