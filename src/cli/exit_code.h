// SPDX-License-Identifier: Apache-2.0
// exit_code.h names the exit codes of the program errand, after sysexits.h where that has one.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: n/a (plain data).
#pragma once

namespace errand::cli {

constexpr int exitOk = 0;
constexpr int exitFailed = 1;   // what was asked for did not happen
constexpr int exitUsage = 64;   // EX_USAGE: the command line makes no sense
constexpr int exitConfig = 78;  // EX_CONFIG: neither does the configuration

}  // namespace errand::cli
