// SPDX-License-Identifier: Apache-2.0
// FaultyUnsynced remembers what each file was like at its last sync, so that a loss of power can be
// played: all that was written since is taken back.
//
// Threads: every method may be called from any.
// Owns: copies of what was overwritten.
// Errors: none; what cannot be read or written back is left.
#pragma once

#include <sqlite3.h>

#include <map>
#include <string>
#include <vector>

#include "base/mutex.h"

namespace errand::tests {

class FaultyUnsynced {
public:
    // Before the bytes from `offset` on are written over or cut off.
    void note(const std::string& path, sqlite3_file& file, sqlite3_int64 offset,
              sqlite3_int64 amount);

    // All that was noted of the file is on disk.
    void synced(const std::string& path);

    // The file object is about to be closed. What it wrote cannot be taken back any more.
    void closing(const std::string& path, const sqlite3_file& file);

    // Every file is as it was at its last sync.
    void undo();

private:
    struct Piece {
        sqlite3_int64 offset;
        std::vector<char> bytes;
    };
    struct Changes {
        sqlite3_file* file = nullptr;
        sqlite3_int64 size = 0;  // of the file at its last sync
        std::vector<Piece> pieces;
    };

    base::Mutex mutex_;
    std::map<std::string, Changes> files_ GUARDED_BY(mutex_);  // by path
};

}  // namespace errand::tests
