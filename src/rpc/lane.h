// SPDX-License-Identifier: Apache-2.0
// Lane is one service's queue, first in first out, and the workers that empty it.
//
// Threads: push, cancel and expire may be called from any thread; start and the closing belong to
//          the transport's owner.
// Owns: its workers and the calls until they end; borrows the service, the host and observers.
// Errors: push answers false for a call it does not take.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "base/worker.h"
#include "rpc/deadlines.h"
#include "rpc/run.h"
#include "rpc/service.h"

namespace errand::rpc {

class Lane {
public:
    // The dispatcher reserves room before it sends a job's call, a few hundred at a time, and other
    // callers wait for their replies: this many (about 100 MB of small calls) is a fault upstream.
    static constexpr std::size_t maxWaiting = 100000;

    Lane(Host& host, Deadlines& deadlines, Service& service);

    const std::string& name() const noexcept { return name_; }
    Service& service() const noexcept { return service_; }

    void start();

    // Queues the call; false when the lane is full or closed, and the observer has not been told.
    bool push(Call call, CallObserver* observer);

    // A call that waits ends `unavailable`, a running one sees it in its context. False: not here.
    bool cancel(const CallId& call);

    // Ends that call with `timeout` where it still waits or runs.
    void expire(std::uint64_t sequence);

    // The close, in three steps. Takes no more; what waits ends `detached`.
    void shut();

    // Returns when every worker has ended, at the deadline at the latest.
    void waitUntil(base::SteadyTime deadline);

    // What still runs ends `detached` and its worker is left to itself; the others are joined.
    void abandon();

private:
    struct Waiting {
        std::uint64_t sequence = 0;
        std::unique_ptr<Run> run;  // null where it was taken out from the middle
    };

    // One thread and what it runs. The members are guarded by mutex_, but for the thread.
    struct Crew {
        explicit Crew(const std::string& name) : thread(name) {}
        base::Worker thread;
        Run* run = nullptr;
        bool ended = false;
    };

    void work(Crew& crew);
    void refuse(Run& run);
    std::unique_ptr<Run> next(Crew& crew, std::unique_ptr<Run> done);
    std::unique_ptr<Run> takeFirst() REQUIRES(mutex_);
    std::unique_ptr<Run> takeOut(Waiting& waiting) REQUIRES(mutex_);
    bool mustWake() REQUIRES(mutex_);
    void forget(const Run& run);
    bool isTelling();

    // Set in the constructor, then constant.
    Host& host_;
    Deadlines& deadlines_;
    Service& service_;
    const std::string name_;  // the service's: that may be gone when an abandoned thread asks
    std::deque<Crew> crews_;  // a deque: they do not move

    base::Mutex mutex_;
    base::Condition arrived_;
    base::Condition ended_;
    std::deque<Waiting> queue_ GUARDED_BY(mutex_);
    std::size_t waiting_ GUARDED_BY(mutex_) = 0;  // those in queue_ that are not null
    std::uint64_t lastSequence_ GUARDED_BY(mutex_) = 0;
    std::size_t sleepers_ GUARDED_BY(mutex_) = 0;
    bool waking_ GUARDED_BY(mutex_) = false;      // one has been notified and has not come yet
    std::size_t working_ GUARDED_BY(mutex_) = 0;  // threads that have not ended
    bool shut_ GUARDED_BY(mutex_) = false;
};

}  // namespace errand::rpc
