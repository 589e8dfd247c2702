// SPDX-License-Identifier: Apache-2.0
// token_command.h is "errand token": new tokens are made, those there are listed and revoked, in
// the file that errandd reads. A server that runs follows within a second.
//
// Threads: run by one thread.
// Owns: nothing.
// Errors: the commands throw cli::UsageError for words that make no sense, cli::Failure for a name
//         that is taken or missing, and let Poco::FileException pass.
#pragma once

#include "cli/command.h"

namespace errand::app {

cli::Command tokenNewCommand();
cli::Command tokenListCommand();
cli::Command tokenRevokeCommand();

}  // namespace errand::app
