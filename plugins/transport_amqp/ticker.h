// SPDX-License-Identifier: Apache-2.0
// Ticker is the plugin's clock: a thread that does what is due, and sleeps until something is
// again.
//
// Threads: ring may be called from any; start and stop belong to the transport's owner.
// Owns: its thread.
// Errors: none.
#pragma once

#include <functional>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/worker.h"

namespace errand::transport_amqp {

class Ticker {
public:
    // Does what is due at a time, and says when to come back.
    using Tick = std::function<base::SteadyTime(base::SteadyTime now)>;

    void start(Tick tick);

    // Something may be due earlier than was said.
    void ring();

    // Returns when the last tick has ended. May be called twice, and without start.
    void stop() noexcept;

private:
    void run();

    Tick tick_;  // set by start, then constant

    base::Mutex mutex_;
    base::Condition bell_;
    bool rung_ GUARDED_BY(mutex_) = false;
    bool stopping_ GUARDED_BY(mutex_) = false;
    base::Worker thread_{"amqp-ticker"};
};

}  // namespace errand::transport_amqp
