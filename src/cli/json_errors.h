// SPDX-License-Identifier: Apache-2.0
// withJsonErrors lets a command that was given --json say its failures in JSON, too.
//
// Threads: as the command.
// Owns: the command's function.
// Errors: with --json, a Failure becomes {"error":{...}} on the stream for results, and its code;
//         all else passes through.
#pragma once

#include <functional>

#include "cli/command.h"

namespace errand::cli {

using Run = std::function<int(const Arguments& arguments, Streams streams)>;

Run withJsonErrors(Run run);

}  // namespace errand::cli
