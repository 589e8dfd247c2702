// SPDX-License-Identifier: Apache-2.0
// The options that say which jobs are meant, and the query they become.
//
// Threads: functions without state.
// Owns: n/a.
// Errors: none; the server judges the values.
#pragma once

#include <string>
#include <vector>

#include "cli/arguments.h"

namespace errand::cli {

// The filter's options, then those of the command.
std::vector<Option> withFilterOptions(std::vector<Option> own);

// "&state=failed&tag=a%20b": what is given of them; empty: nothing.
std::string filterOf(const Arguments& arguments);

// "&name=value"
std::string queryParameter(const std::string& name, const std::string& value);

}  // namespace errand::cli
