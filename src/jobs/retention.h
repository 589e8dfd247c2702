// SPDX-License-Identifier: Apache-2.0
// Retention forgets finished jobs when their time is over: a pass over the old ones now and then,
// in batches so small that submits do not notice.
//
// Threads: due() on the dispatcher's thread; its task runs on the writer's.
// Owns: its place in the table.
// Errors: none; a batch that fails is left for the next pass.
#pragma once

#include <atomic>
#include <optional>

#include "jobs/core.h"

namespace errand::jobs {

class Retention {
public:
    explicit Retention(Core& core) : core_(core) {}

    // Sends the next batch when it is time. Returns when to ask again.
    base::SteadyTime due(base::SteadyTime now);

private:
    class Batch;

    Core& core_;
    base::SteadyTime nextPass_{};
    std::atomic<bool> underWay_{false};  // cleared by the batch
    std::atomic<std::int64_t> from_{0};  // where the next batch goes on; 0: the pass is over
    bool passing_ = false;
};

}  // namespace errand::jobs
