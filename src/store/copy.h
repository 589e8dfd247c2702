// SPDX-License-Identifier: Apache-2.0
// copyInto writes a copy of a database that others may be writing at the same time.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: StoreError; what has been written of the copy by then is of no use.
#pragma once

#include <string>

namespace errand::store {

class Database;

// As it is at one moment, into a file that is there and empty; on disk on return. The writer goes
// on meanwhile, and its write-ahead log grows until the copy is done.
void copyInto(Database& database, const std::string& file);

}  // namespace errand::store
