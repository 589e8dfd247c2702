// SPDX-License-Identifier: Apache-2.0
// Deadlines ends the calls whose caller waits no longer, by a thread that sleeps until the
// earliest.
//
// Threads: add and remove may be called from any thread, also with a lane's lock held; start and
//          stop belong to the transport's owner.
// Owns: its thread; borrows the lanes, which outlive stop().
// Errors: none.
#pragma once

#include <compare>
#include <cstdint>
#include <set>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/worker.h"

namespace errand::rpc {

class Lane;

// When the call of that number in that lane is over. Calls without a deadline have none of these:
// a job's call costs nothing here.
struct Deadline {
    base::SteadyTime at;
    std::uint64_t sequence = 0;
    Lane* lane = nullptr;
    auto operator<=>(const Deadline&) const = default;
};

class Deadlines {
public:
    void start();

    void add(const Deadline& deadline);

    // Nothing when it has passed already.
    void remove(const Deadline& deadline);

    // Returns when the thread has ended; may be called twice, and without start().
    void stop() noexcept;

private:
    void run();

    base::Mutex mutex_;
    base::Condition changed_;
    // As long as the lanes' queues and workers together, which are bounded.
    std::set<Deadline> pending_ GUARDED_BY(mutex_);
    bool stopping_ GUARDED_BY(mutex_) = false;
    base::Worker thread_{"inproc-deadline"};
};

}  // namespace errand::rpc
