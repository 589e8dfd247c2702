// SPDX-License-Identifier: Apache-2.0
#include "http/request_metrics.h"

#include <algorithm>
#include <string>

namespace errand::http {
namespace {

// The pattern, not the path: a path has ids.
base::Labels labelsOf(const Route* route) {
    return {{"method", std::string(route ? route->method : "other")},
            {"route", std::string(route ? route->path : "none")}};
}

}  // namespace

RequestMetrics::RequestMetrics() : series_(std::make_unique<Series[]>(routes().size() + 1)) {
    for (std::size_t i = 0; i <= routes().size(); ++i) {
        const Route* route = i < routes().size() ? &routes()[i] : nullptr;
        series_[i].seconds = &base::Metrics::process().histogram(
            "errand_http_request_seconds", "From the end of a request's head to its answer.",
            labelsOf(route),
            {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5});
    }
}

void RequestMetrics::note(const Route* route, int status,
                          base::SteadyTime::duration time) noexcept {
    const auto at = route ? static_cast<std::size_t>(route - routes().data()) : routes().size();
    counterOf(series_[at], route, status).add();
    series_[at].seconds->observe(time);
}

base::Counter& RequestMetrics::counterOf(Series& series, const Route* route, int status) {
    const auto at =
        static_cast<std::size_t>(std::ranges::find(statuses, status) - statuses.begin());
    std::atomic<base::Counter*>& place = series.counts[at];
    base::Counter* counter = place.load(std::memory_order_acquire);
    if (counter) return *counter;
    base::Labels labels = labelsOf(route);
    labels.emplace_back("status", at < statuses.size() ? std::to_string(status) : "other");
    counter = &base::Metrics::process().counter("errand_http_requests_total",
                                                "Requests that were answered.", labels);
    place.store(counter, std::memory_order_release);
    return *counter;
}

}  // namespace errand::http
