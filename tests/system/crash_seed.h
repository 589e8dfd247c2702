// SPDX-License-Identifier: Apache-2.0
// What the random moments of a test of crashes begin with.
//
// Threads: a function without state.
// Owns: nothing.
// Errors: none.
#pragma once

namespace errand::tests {

// Another one each time, unless the environment's CRASH_SEED names it: that repeats a run's
// moments, as far as a machine repeats anything. Printed, for that.
unsigned crashSeed();

}  // namespace errand::tests
