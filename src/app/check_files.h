// SPDX-License-Identifier: Apache-2.0
// checkFiles looks at the files that a configuration names, as a start would, and takes nothing.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: ConfigError, one line that names the key, the file and what is wrong with it.
#pragma once

#include <string>
#include <vector>

#include "app/config.h"

namespace errand::app {

void checkFiles(const Config& config);

// The keys of the file whose values are secret and stand there as they are, not as @FILE.
std::vector<std::string> secretsIn(const std::string& file);

}  // namespace errand::app
