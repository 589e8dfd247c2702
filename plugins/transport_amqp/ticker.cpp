// SPDX-License-Identifier: Apache-2.0
#include "ticker.h"

namespace errand::transport_amqp {

void Ticker::start(Tick tick) {
    tick_ = std::move(tick);
    thread_.start([this] { run(); });
}

void Ticker::ring() {
    const base::MutexLock lock(mutex_);
    rung_ = true;
    bell_.notifyOne();
}

void Ticker::run() {
    for (;;) {
        const base::SteadyTime next = tick_(base::Clock::system().steady());
        const base::MutexLock lock(mutex_);
        while (!rung_ && !stopping_ && bell_.waitUntil(mutex_, next)) continue;
        if (stopping_) return;
        rung_ = false;
    }
}

void Ticker::stop() noexcept {
    {
        const base::MutexLock lock(mutex_);
        stopping_ = true;
        bell_.notifyOne();
    }
    thread_.join();
}

}  // namespace errand::transport_amqp
