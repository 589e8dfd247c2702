// SPDX-License-Identifier: Apache-2.0
// mailTestCommand is "errand mail test": it sends one mail with the settings errandd would use, and
// says step by step how that goes.
//
// Threads: run by one thread.
// Owns: nothing.
// Errors: the command throws cli::UsageError for a word that is no address; what is wrong with the
//         configuration or the server it says itself.
#pragma once

#include "cli/command.h"

namespace errand::app {

cli::Command mailTestCommand();

}  // namespace errand::app
