// SPDX-License-Identifier: Apache-2.0
// The configuration as the commands of errand read it that work beside the server, on its machine.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: ConfigError.
#pragma once

#include <vector>

#include "app/config.h"
#include "cli/arguments.h"

namespace errand::app {

// --config and -D, as errandd has them.
std::vector<cli::Option> clientConfigOptions();

Config readClientConfig(const cli::Arguments& arguments);

}  // namespace errand::app
