// SPDX-License-Identifier: Apache-2.0
// FaultyDisk makes SQLite's writes or fsyncs fail when the test says so: it is SQLite's default
// file system while it lives, in front of the real one.
//
// Threads: fail... from any thread; made and dropped while no database is open.
// Owns: nothing; there is one at a time.
// Errors: n/a.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <stdexcept>

#include <sqlite3.h>

namespace errand::tests {

class FaultyDisk {
public:
    FaultyDisk() : own_(*sqlite3_vfs_find(nullptr)) {
        underneath_ = sqlite3_vfs_find(nullptr);
        own_.zName = "faulty";
        own_.xOpen = &open;
        sqlite3_vfs_register(&own_, 1);
        failSyncs = false;
        full = false;
    }
    ~FaultyDisk() {
        sqlite3_vfs_unregister(&own_);
        sqlite3_vfs_register(underneath_, 1);
    }
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;

    static inline std::atomic<bool> failSyncs{false};
    static inline std::atomic<bool> full{false};
    static inline std::atomic<int> syncs{0};

private:
    // The functions of one kind of file, and the same with two of them replaced. There are two
    // kinds: the database, and its logs, which are never locked.
    struct Table {
        const sqlite3_io_methods* real;
        sqlite3_io_methods ours;
    };

    // The real file stays what it is; only its table of functions is replaced.
    static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* outFlags) {
        const int code = underneath_->xOpen(underneath_, name, file, flags, outFlags);
        if (code != SQLITE_OK || file->pMethods == nullptr) return code;
        const std::lock_guard lock(mutex_);
        for (const Table& table : tables_) {
            if (table.real != file->pMethods) continue;
            file->pMethods = &table.ours;
            return code;
        }
        Table& table = tables_.emplace_back(Table{file->pMethods, *file->pMethods});
        table.ours.xSync = &sync;
        table.ours.xWrite = &write;
        file->pMethods = &table.ours;
        return code;
    }

    static const sqlite3_io_methods& realOf(const sqlite3_file* file) {
        const std::lock_guard lock(mutex_);
        for (const Table& table : tables_) {
            if (&table.ours == file->pMethods) return *table.real;
        }
        throw std::logic_error("a file of nobody");
    }

    static int sync(sqlite3_file* file, int flags) {
        ++syncs;
        return failSyncs ? SQLITE_IOERR_FSYNC : realOf(file).xSync(file, flags);
    }

    static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
        return full ? SQLITE_FULL : realOf(file).xWrite(file, data, size, offset);
    }

    static inline sqlite3_vfs* underneath_ = nullptr;
    static inline std::mutex mutex_;
    static inline std::deque<Table> tables_;  // a deque: they do not move

    sqlite3_vfs own_;
};

}  // namespace errand::tests
