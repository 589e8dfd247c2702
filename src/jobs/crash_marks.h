// SPDX-License-Identifier: Apache-2.0
// CrashMarks notes which jobs' methods run right now, in a memory-mapped file: kill -9 leaves the
// marks behind without a single fsync, and the next start knows who was at work.
//
// Threads: set and clear may be called from any thread; left() and wipe() before any of those.
// Owns: the mapping.
// Errors: the constructor throws Poco::FileException.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/mutex.h"
#include "base/system.h"

namespace errand::jobs {

class CrashMarks {
public:
    // More methods than this never run at once: workers of all services, hung ones included.
    static constexpr std::size_t slots = 4096;
    static constexpr std::size_t none = slots;

    explicit CrashMarks(const std::string& path);

    // What an earlier run left, and forgetting it once that is on disk elsewhere.
    std::vector<base::Id> left() noexcept;
    void wipe() noexcept;

    // The method of a job begins. Returns the slot to clear when it has ended, or `none` when all
    // are taken: then a crash goes unnoticed, and the job is simply run again.
    std::size_t set(const base::Id& job) noexcept;
    void clear(std::size_t slot) noexcept;

private:
    struct Slot;
    Slot* slot(std::size_t index) noexcept;

    base::MappedFile file_;

    base::Mutex mutex_;
    std::vector<std::size_t> free_ GUARDED_BY(mutex_);
};

}  // namespace errand::jobs
