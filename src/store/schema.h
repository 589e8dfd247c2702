// SPDX-License-Identifier: Apache-2.0
// Schema brings a database to the version this program reads: numbered steps, kept in user_version.
//
// Threads: called by the thread that opens the store, before any other uses it.
// Owns: nothing.
// Errors: StoreError; Poco::DataException when the file is from a newer version, naming both.
#pragma once

#include "store/database.h"

namespace errand::store {

// Runs the steps that are missing, each in a transaction of its own.
void migrate(Database& database);

// The version after the last step.
int schemaVersion() noexcept;

// That of the database; 0: it is none of Errand's, or empty.
int versionOf(Database& database);

}  // namespace errand::store
