// SPDX-License-Identifier: Apache-2.0
// exit_code.h names the exit codes of the program errand, after sysexits.h where that has one.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: n/a (plain data).
#pragma once

namespace errand::cli {

constexpr int exitOk = 0;
constexpr int exitFailed = 1;         // what was asked for did not happen, or ended in an error
constexpr int exitUsage = 64;         // EX_USAGE: the command line makes no sense
constexpr int exitUnavailable = 69;   // EX_UNAVAILABLE: the broker, server or service is away
constexpr int exitTryAgain = 75;      // EX_TEMPFAIL: not in time, or not now; later it may go well
constexpr int exitNoPermission = 77;  // EX_NOPERM: the login was refused
constexpr int exitConfig = 78;        // EX_CONFIG: the configuration makes no sense

}  // namespace errand::cli
