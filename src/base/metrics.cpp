// SPDX-License-Identifier: Apache-2.0
#include "base/metrics.h"

#include <algorithm>
#include <chrono>

namespace errand::base {
namespace {

// Names that clients make up must not fill the memory, nor the watcher's.
constexpr std::size_t mostSeries = 200;

}  // namespace

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)),
      counts_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds_.size() + 1)) {}

void Histogram::observe(double value) noexcept {
    const auto bucket = std::ranges::lower_bound(bounds_, value) - bounds_.begin();
    counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

void Histogram::observe(SteadyTime::duration time) noexcept {
    observe(std::max(0.0, std::chrono::duration<double>(time).count()));
}

std::uint64_t Histogram::count(std::size_t bucket) const noexcept {
    return counts_[bucket].load(std::memory_order_relaxed);
}

const std::vector<double>& secondsBounds() {
    static const std::vector<double> bounds{0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                            0.025,  0.05,    0.1,    0.25,  0.5,    1,     2.5,
                                            5,      10,      30,     60,    120,    300,   600};
    return bounds;
}

// Never destroyed: threads may count to the very end.
Metrics& Metrics::process() {
    static auto* const metrics = new Metrics;
    return *metrics;
}

template <class T, class... A>
T& Metrics::seriesOf(std::map<std::string, Family<T>>& families, const std::string& name,
                     const std::string& help, Labels labels, const A&... arguments) {
    Family<T>& family = families[name];
    if (family.help.empty()) family.help = help;
    if (family.series.size() >= mostSeries && !family.series.contains(labels))
        for (auto& [label, value] : labels) value = "other";
    return family.series.try_emplace(std::move(labels), arguments...).first->second;
}

Counter& Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
    const MutexLock lock(mutex_);
    return seriesOf(counters_, name, help, labels);
}

Histogram& Metrics::histogram(const std::string& name, const std::string& help,
                              const Labels& labels, const std::vector<double>& bounds) {
    const MutexLock lock(mutex_);
    return seriesOf(histograms_, name, help, labels, bounds);
}

void Metrics::writeTo(MetricsPage& page) const {
    const MutexLock lock(mutex_);
    for (const auto& [name, family] : counters_) {
        page.family(name, "counter", family.help);
        for (const auto& [labels, counter] : family.series) page.sample(labels, counter.value());
    }
    for (const auto& [name, family] : histograms_) {
        page.family(name, "histogram", family.help);
        for (const auto& [labels, histogram] : family.series) page.histogram(labels, histogram);
    }
}

}  // namespace errand::base
