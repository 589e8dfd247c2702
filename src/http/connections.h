// SPDX-License-Identifier: Apache-2.0
// Connections knows which connections are open and which of them rest between two requests, so that
// a stop ends those at once and lets the others finish; and whether others wait for their threads.
//
// Threads: any; the mutex is taken when a connection opens or closes, never for a request.
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
    // One open connection, for as long as its thread serves it.
    class Entry {
    public:
        Entry(Connections& connections, int descriptor);
        ~Entry();
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;

        // No request is under way: a stop may end the connection. False: it has come already.
        bool rest() noexcept;
        void wake() noexcept { resting_.store(false); }

    private:
        friend class Connections;

        Connections& connections_;
        const int descriptor_;
        std::atomic<bool> resting_{false};  // set by the connection's thread, read by stop()
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

    // From now on no connection begins another request; those that rest end now.
    void stop() noexcept;

    // False: some were still open at the deadline.
    bool waitUntilNone(base::SteadyTime deadline);

    // Ends all that are open, whatever they do.
    void cutOff() noexcept;

private:
    // Set by watch(), then constant.
    std::function<int()> waiting_;
    int threads_ = 0;

    std::atomic<bool> stopping_{false};  // read between requests, where a lock would cost
    std::atomic<int> count_{0};  // of those open, each with a thread; read in the same place

    base::Mutex mutex_;
    base::Condition none_;
    std::unordered_set<Entry*> open_ GUARDED_BY(mutex_);
};

}  // namespace errand::http
