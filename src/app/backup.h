// SPDX-License-Identifier: Apache-2.0
// backup.h keeps copies of the store, puts one in its place, and looks whether it is sound.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: Refusal, one line: what is in the way, and what to do. Nothing has been overwritten then,
//         and nothing half done is left.
#pragma once

#include <Poco/Exception.h>

#include <cstdint>
#include <string>

#include "jobs/store_check.h"

namespace errand::app {

class Refusal : public Poco::RuntimeException {
public:
    using RuntimeException::RuntimeException;
};

struct Backup {
    std::int64_t jobs = 0;
    std::uint64_t bytes = 0;
};

// Copies the store of that data directory into a new file, while a server may be at work, and looks
// whether the copy is sound. On return it is on disk, for its owner alone to read.
Backup makeBackup(const std::string& directory, const std::string& file);

// Makes the copy the store of a data directory that has none, made where missing. REQUIRES that no
// server uses it; refuses where one does.
Backup restoreBackup(const std::string& file, const std::string& directory);

// As jobs::checkStore, of that data directory.
jobs::StoreCheck checkDirectory(const std::string& directory);

}  // namespace errand::app
