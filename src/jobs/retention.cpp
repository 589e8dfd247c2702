// SPDX-License-Identifier: Apache-2.0
#include "jobs/retention.h"

#include <limits>

#include <Poco/Logger.h>

namespace errand::jobs {

namespace {

constexpr std::chrono::minutes betweenPasses{10};

// One batch takes about 2 ms of the writer; the pause leaves it to submits nine tenths of the time.
constexpr int batchSize = 200;
constexpr std::chrono::milliseconds betweenBatches{20};

// Where no job is any more, while there are keys.
constexpr std::int64_t endOfTable = std::numeric_limits<std::int64_t>::max();

}  // namespace

class Retention::Batch : public store::Task {
public:
    explicit Batch(Retention& retention) : retention_(retention) {}

    void apply() override {
        const Core& core = retention_.core_;
        const base::Time now = core.clock.now();
        keysLeft_ = core.keys.forget(now - core.settings.idempotencyWindow, batchSize) == batchSize;
        next_ = core.jobs.forget(now, now - core.settings.retention,
                                 now - core.settings.retentionFailed,
                                 retention_.from_.load(std::memory_order_relaxed), batchSize);
    }
    void committed() noexcept override { finish(next_.value_or(keysLeft_ ? endOfTable : 0)); }
    void failed(const store::StoreError& error) noexcept override {
        Poco::Logger::get("jobs").error("cannot forget old jobs: %s", error.message());
        finish(0);
    }

private:
    void finish(std::int64_t next) {
        retention_.from_.store(next, std::memory_order_relaxed);
        retention_.underWay_.store(false, std::memory_order_release);
    }

    Retention& retention_;
    std::optional<std::int64_t> next_;
    bool keysLeft_ = false;
};

base::SteadyTime Retention::due(base::SteadyTime now) {
    if (underWay_.load(std::memory_order_acquire)) return now + betweenBatches;
    if (passing_ && from_.load(std::memory_order_relaxed) == 0) {
        passing_ = false;
        nextPass_ = now + betweenPasses;
    }
    if (!passing_ && now < nextPass_) return nextPass_;
    passing_ = true;
    underWay_.store(true, std::memory_order_relaxed);
    if (!core_.writer.enqueue(std::make_unique<Batch>(*this))) return base::SteadyTime::max();
    return now + betweenBatches;
}

}  // namespace errand::jobs
