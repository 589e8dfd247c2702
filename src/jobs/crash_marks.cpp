// SPDX-License-Identifier: Apache-2.0
#include "jobs/crash_marks.h"

#include <array>
#include <atomic>
#include <cstring>

namespace errand::jobs {

// What the file holds, slot after slot. `used` is written last when setting and first when
// clearing, so that a mark is never seen half written.
struct CrashMarks::Slot {
    std::array<std::uint8_t, 16> job;
    std::array<std::uint8_t, 15> unused;
    std::uint8_t used;
};

CrashMarks::CrashMarks(const std::string& path) : file_(path, slots * sizeof(Slot)) {
    free_.reserve(slots);
    for (std::size_t i = slots; i > 0; --i) free_.push_back(i - 1);
}

CrashMarks::Slot* CrashMarks::slot(std::size_t index) noexcept {
    return reinterpret_cast<Slot*>(file_.data()) + index;
}

std::vector<base::Id> CrashMarks::left() noexcept {
    std::vector<base::Id> marks;
    for (std::size_t i = 0; i < slots; ++i) {
        const Slot& found = *slot(i);
        if (found.used == 0) continue;
        marks.push_back(base::Id{found.job});
    }
    return marks;
}

void CrashMarks::wipe() noexcept {
    std::memset(file_.data(), 0, slots * sizeof(Slot));
}

std::size_t CrashMarks::set(const base::Id& job) noexcept {
    std::size_t index = none;
    {
        const base::MutexLock lock(mutex_);
        if (free_.empty()) return none;
        index = free_.back();
        free_.pop_back();
    }
    Slot& mark = *slot(index);
    mark.job = job.bytes;
    std::atomic_ref(mark.used).store(1, std::memory_order_release);
    return index;
}

void CrashMarks::clear(std::size_t index) noexcept {
    if (index == none) return;
    std::atomic_ref(slot(index)->used).store(0, std::memory_order_release);
    const base::MutexLock lock(mutex_);
    free_.push_back(index);
}

}  // namespace errand::jobs
