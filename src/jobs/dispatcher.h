// SPDX-License-Identifier: Apache-2.0
// Dispatcher is the thread that goes by the clock: it claims jobs from disk when they are due and
// there is room, sends probes through closed gates, runs suspects alone, and looks after timeouts,
// expiry and retention. New jobs that find room do not pass through it.
//
// Threads: start and stop belong to the owner's thread; full() may be asked from any.
// Owns: its thread. The core's parts are borrowed and outlive stop().
// Errors: none; what fails in the store is tried again within a second.
#pragma once

#include <atomic>

#include "base/worker.h"
#include "jobs/core.h"
#include "jobs/retention.h"

namespace errand::jobs {

class Dispatcher {
public:
    explicit Dispatcher(Core& core) : core_(core), retention_(core) {}
    ~Dispatcher() { stop(); }

    void start();

    // Claims no more; returns when the thread has ended and what it claimed is with the transport.
    // May be called twice.
    void stop() noexcept;

private:
    void run();
    void awaitClaims() noexcept;
    base::SteadyTime tick();
    base::SteadyTime serve(Lane& lane, base::SteadyTime steady, base::Time now);
    base::SteadyTime probe(Lane& lane, base::SteadyTime steady);
    void claim(Lane& lane);
    base::SteadyTime runSuspects(base::SteadyTime steady, base::Time now);
    base::SteadyTime expire(base::SteadyTime steady, base::Time now);

    // Set in the constructor, then constant.
    Core& core_;

    bool started_ = false;  // the owner's thread's own

    // Used by the dispatcher's thread alone.
    Retention retention_;

    std::atomic<bool> stopping_{false};
    std::atomic<bool> suspectUnderWay_{false};  // cleared on the writer's thread
    std::atomic<bool> expiryUnderWay_{false};   // likewise

    base::Worker worker_{"dispatcher"};
};

}  // namespace errand::jobs
