// SPDX-License-Identifier: Apache-2.0
// The crash self-test shows on the user's own disk that what was answered 202 is kept: a server of
// its own is killed again and again under load, and then every job that it had promised is looked
// for.
//
// Threads: some of its own, ended on return.
// Owns: the server it starts and a new directory in the data directory, removed when all is well.
// Errors: Refusal where there can be no test: no room, no server that starts.
#pragma once

#include <iosfwd>
#include <string>

#include "app/config.h"

namespace errand::app {

struct CrashTest {
    int rounds = 20;  // kills
    int clients = 4;  // that submit at the same time
    int syncs = 500;  // measured
};

// Writes what it finds, line by line. True: nothing was lost, doubled or wrong. Takes about half a
// second a round. It does not need the configuration's store, broker or mail server.
bool testCrashes(const Config& config, const CrashTest& test, std::ostream& out);

}  // namespace errand::app
