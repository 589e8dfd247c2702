// SPDX-License-Identifier: Apache-2.0
// reload tells what of a configuration that was read anew holds at once, and what a restart needs.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none.
#pragma once

#include <string>
#include <vector>

#include "app/config.h"

namespace errand::app {

struct Changes {
    std::vector<std::string> live;     // keys that hold at once
    std::vector<std::string> restart;  // keys that hold from the next start on
};

// The keys whose values differ. A secret that was changed into another shows as no change.
Changes changesOf(const Config& before, const Config& now);

// "http.rate, log.level".
std::string namesOf(const std::vector<std::string>& keys);

}  // namespace errand::app
