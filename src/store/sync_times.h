// SPDX-License-Identifier: Apache-2.0
// sync_times.h measures every fsync of SQLite's, by standing before the system's part of SQLite
// (its default VFS) and passing all on: errand_store_fsync_seconds.
//
// Threads: any.
// Owns: what SQLite keeps of it until the process ends.
// Errors: none: where it cannot be, nothing is measured.
#pragma once

namespace errand::store {

// For connections that are opened from now on. May be called again.
void timeSyncs() noexcept;

}  // namespace errand::store
