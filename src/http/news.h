// SPDX-License-Identifier: Apache-2.0
// News gathers, of all that changes, what some parked client waits to hear of, and rings for the
// streams' thread.
//
// Threads: changed() is called on the store writer's thread; everything else on the streams'.
// Owns: what has not been taken. The set outlives it.
// Errors: none.
#pragma once

#include <atomic>
#include <cstdint>
#include <unordered_set>
#include <vector>

#include "base/mutex.h"
#include "base/poll_set.h"
#include "jobs/jobs.h"

namespace errand::http {

// The same jobs, each once: what changed twice is loaded once.
std::vector<std::int64_t> eachOnce(std::vector<std::int64_t> sequences);

class News : public jobs::Watcher {
public:
    // What has come in since it was last asked.
    struct Edition {
        std::vector<std::int64_t> followed;    // jobs, in no order
        std::vector<jobs::JobChange> changes;  // of all jobs, in order, where they are gathered
        bool incomplete = false;               // there were too many changes to be kept
    };

    explicit News(base::PollSet& set) : set_(set) {}

    // `newest` is the number of the newest change until it was watched.
    void begin(std::int64_t newest) noexcept;

    void changed(const std::vector<jobs::JobChange>& changes) noexcept override;

    // Whether somebody waits for this job.
    void follow(std::int64_t sequence);
    void unfollow(std::int64_t sequence);

    // Whether somebody waits for any change. All that is newer than newest() was when this returned
    // is gathered.
    void gather(bool wanted);

    // The number of the newest change: it can be read already.
    std::int64_t newest() const noexcept { return newest_.load(); }

    Edition take();

    // Before the thread waits: whether it need not be woken for what is gathered, since it comes by
    // itself soon. False: there is something, and no time to wait.
    bool rest(bool patient);

private:
    // Set in the constructor, then constant.
    base::PollSet& set_;

    // Both are read on the store writer's thread, where a lock for nobody's sake would cost.
    std::atomic<std::int64_t> newest_{0};
    std::atomic<bool> wanted_{false};

    base::Mutex mutex_;
    std::unordered_set<std::int64_t> followed_ GUARDED_BY(mutex_);
    std::unordered_set<std::int64_t> touched_ GUARDED_BY(mutex_);  // of those
    std::vector<jobs::JobChange> gathered_ GUARDED_BY(mutex_);
    bool gathers_ GUARDED_BY(mutex_) = false;
    bool incomplete_ GUARDED_BY(mutex_) = false;
    bool patient_ GUARDED_BY(mutex_) = false;
    bool rung_ GUARDED_BY(mutex_) = false;
};

}  // namespace errand::http
