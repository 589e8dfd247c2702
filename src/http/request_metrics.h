// SPDX-License-Identifier: Apache-2.0
// RequestMetrics count requests by route and status, and how long they took.
//
// Threads: any number of threads at once.
// Owns: nothing; the process's metrics own the series.
// Errors: none.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>

#include "base/metrics.h"
#include "http/routes.h"

namespace errand::http {

class RequestMetrics {
public:
    RequestMetrics();

    // `route` is null where there is none. `time`: from the end of the head to the answer.
    void note(const Route* route, int status, base::SteadyTime::duration time) noexcept;

private:
    // Made as they are needed: most routes answer with a few of them.
    static constexpr std::array statuses = {200, 202, 204, 206, 304, 400, 401, 403, 404,
                                            405, 408, 409, 410, 411, 413, 414, 415, 421,
                                            422, 429, 431, 500, 501, 503, 505, 507};
    struct Series {
        std::array<std::atomic<base::Counter*>, statuses.size() + 1> counts{};  // last: any other
        base::Histogram* seconds = nullptr;
    };

    base::Counter& counterOf(Series& series, const Route* route, int status);

    const std::unique_ptr<Series[]> series_;  // one a route, and one for what has none
};

}  // namespace errand::http
