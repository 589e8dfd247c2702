// SPDX-License-Identifier: Apache-2.0
#include "store/sync_times.h"

#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <list>

#include "base/metrics.h"
#include "base/mutex.h"

namespace errand::store {
namespace {

using Sync = int (*)(sqlite3_file*, int);

// The calls that the system has for a kind of file, with one of ours among them.
struct Calls {
    sqlite3_io_methods ours{};
    const sqlite3_io_methods* systems = nullptr;
};

class TimedVfs {
public:
    bool install() noexcept {
        system_ = sqlite3_vfs_find(nullptr);
        if (system_ == nullptr) return false;
        // All but one of the system's functions look at nothing of the object they are given.
        shown_ = *system_;
        shown_.zName = "timed";
        shown_.pNext = nullptr;
        shown_.xOpen = &TimedVfs::open;
        return sqlite3_vfs_register(&shown_, 1) == SQLITE_OK;
    }

    // Lives until the process ends, as SQLite's own does.
    static TimedVfs& instance() {
        static auto* const vfs = new TimedVfs;
        return *vfs;
    }

private:
    static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* outFlags) {
        sqlite3_vfs* const system = instance().system_;
        const int code = system->xOpen(system, name, file, flags, outFlags);
        if (code == SQLITE_OK && file->pMethods != nullptr)
            file->pMethods = instance().timed(file->pMethods);
        return code;
    }

    static int sync(sqlite3_file* file, int flags) {
        const auto begun = std::chrono::steady_clock::now();
        const int code = instance().sync_.load()(file, flags);
        instance().times_.observe(std::chrono::steady_clock::now() - begun);
        return code;
    }

    // There are two or three kinds of files, all with the same call. One with another is left
    // alone: somebody else may stand before us by the time it comes, so the file cannot tell which
    // it is.
    const sqlite3_io_methods* timed(const sqlite3_io_methods* systems) {
        const base::MutexLock lock(mutex_);
        if (calls_.empty()) sync_ = systems->xSync;
        if (systems->xSync != sync_.load()) return systems;
        for (const Calls& calls : calls_)
            if (calls.systems == systems) return &calls.ours;
        Calls& calls = calls_.emplace_back(Calls{*systems, systems});
        calls.ours.xSync = &TimedVfs::sync;
        return &calls.ours;
    }

    // Set by install(), then constant.
    sqlite3_vfs shown_{};
    sqlite3_vfs* system_ = nullptr;

    base::Histogram& times_ = base::Metrics::process().histogram(
        "errand_store_fsync_seconds", "How long each fsync of the store took.");
    std::atomic<Sync> sync_{nullptr};  // the system's; set before the first file is given out
    base::Mutex mutex_;
    std::list<Calls> calls_ GUARDED_BY(mutex_);  // they stay where they are
};

}  // namespace

void timeSyncs() noexcept {
    static const bool installed = TimedVfs::instance().install();
    static_cast<void>(installed);
}

}  // namespace errand::store
