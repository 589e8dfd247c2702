// SPDX-License-Identifier: Apache-2.0
// Crew is the threads that serve connections, each the one that has waited longest of those that
// have said something.
//
// Threads: add and waiting may be called from any; finish and stop belong to the owner's.
// Owns: its threads, begun as they are needed, and the guests that wait. What it serves them by
//       outlives stop().
// Errors: the function it was given throws nothing.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/quota.h"
#include "base/worker.h"
#include "http/guest.h"

namespace errand::http {

class Crew {
public:
    using Serve = std::function<void(Guest guest)>;

    // At most so many threads.
    Crew(int threads, Serve serve);
    ~Crew() { stop(); }
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    // A thread serves it as soon as one is free. After stop() it is closed.
    void add(Guest guest);

    // How many wait for a thread.
    int waiting() const noexcept { return waiting_.load(); }

    // How many are being served.
    int busy() const noexcept { return busy_.load(); }

    // Takes no more; returns when all that wait have been served and no thread is left, or at the
    // deadline: then false.
    bool finish(base::SteadyTime deadline);

    // As finish, however long it takes. May be called twice.
    void stop() noexcept;

private:
    void work();
    void addWorker() REQUIRES(mutex_);

    // Set in the constructor, then constant.
    const std::size_t most_;
    const Serve serve_;

    std::atomic<int> waiting_{0};  // read for every request, where a lock would cost

    std::atomic<int> busy_{0};  // likewise

    base::Mutex mutex_;
    base::Condition added_;
    base::Condition ended_;
    std::deque<Guest> guests_ GUARDED_BY(mutex_);
    std::size_t idle_ GUARDED_BY(mutex_) = 0;   // threads with nothing to do
    std::size_t alive_ GUARDED_BY(mutex_) = 0;  // threads
    bool stopped_ GUARDED_BY(mutex_) = false;
    std::vector<std::unique_ptr<base::Worker>> workers_ GUARDED_BY(mutex_);
    base::Quota complaints_{{1, std::chrono::minutes(1)}, 1};  // lines of the log
};

}  // namespace errand::http
