// SPDX-License-Identifier: Apache-2.0
// LaneMetrics is what is counted of one service's jobs.
//
// Threads: any.
// Owns: nothing; the process's metrics own the series.
// Errors: none.
#pragma once

#include <string>

#include "base/metrics.h"
#include "jobs/job.h"
#include "jobs/settlement.h"

namespace errand::jobs {

class LaneMetrics {
public:
    explicit LaneMetrics(const std::string& service);

    // That many are on disk. Children of other jobs count as well.
    void noteSubmitted() noexcept { submitted_.add(); }

    // An attempt has ended, and that is on disk. `requeued`: there will be another. `startedAt`:
    // when its method began, where it has.
    void noteEnded(const ClaimedJob& job, Settlement::Arrow arrow, bool requeued,
                   std::optional<base::Time> startedAt, base::Time now) noexcept;

private:
    base::Counter& submitted_;
    base::Counter& succeeded_;
    base::Counter& failed_;
    base::Counter& cancelled_;
    base::Counter& requeued_;
    base::Histogram& wait_;
    base::Histogram& run_;
};

}  // namespace errand::jobs
