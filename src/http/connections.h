// SPDX-License-Identifier: Apache-2.0
// Connections knows which connections have a thread, so that a stop can cut them off; and whether
// others wait for their threads.
//
// Threads: any; the mutex is taken when a connection gets a thread or leaves it, never for a
//          request.
// Owns: nothing; each connection owns its entry, and what was given to watch() outlives the last of
//       them.
// Errors: none.
#pragma once

#include <atomic>
#include <functional>
#include <unordered_set>
#include <utility>

#include "base/clock.h"
#include "base/mutex.h"

namespace errand::http {

class Connections {
public:
    // One connection, for as long as a thread serves it.
    class Entry {
    public:
        Entry(Connections& connections, int descriptor);
        ~Entry();
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

    private:
        friend class Connections;

        Connections& connections_;
        const int descriptor_;
    };

    // How to count those that wait, and for how many threads. Before the first connection.
    void watch(std::function<int()> waiting, int threads) {
        waiting_ = std::move(waiting);
        threads_ = threads;
    }

    // How many connections wait for a thread.
    int waiting() const { return waiting_ ? waiting_() : 0; }

    // Whether some wait and no thread is free: for a moment each new one waits, crowd or not.
    bool crowded() const { return pressure() > 0; }

    // How many wait for each thread, at least 1 and at most 4 when it is crowded; else 0.
    int pressure() const;

    bool stopping() const noexcept { return stopping_.load(); }

    // From now on no connection begins another request.
    void stop() noexcept { stopping_.store(true); }

    // Ends all that have a thread or get one, whatever they do.
    void cutOff() noexcept;

private:
    // Set by watch(), then constant.
    std::function<int()> waiting_;
    int threads_ = 0;

    std::atomic<bool> stopping_{false};  // read between requests, where a lock would cost
    std::atomic<int> count_{0};  // of those open, each with a thread; read in the same place

    base::Mutex mutex_;
    std::unordered_set<Entry*> open_ GUARDED_BY(mutex_);
    bool cutOff_ GUARDED_BY(mutex_) = false;
};

}  // namespace errand::http
