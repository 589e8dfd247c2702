// SPDX-License-Identifier: Apache-2.0
// Counters and histograms of what the process does, for whoever watches it: each part of the
// program keeps its own here, as the client libraries of Prometheus have it.
//
// Threads: any; counting is a few relaxed atomic additions, without a lock.
// Owns: the registry owns all that it has handed out, for as long as the process lives.
// Errors: none.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/metrics_page.h"
#include "base/mutex.h"

namespace errand::base {

// What only rises.
class Counter {
public:
    void add(std::uint64_t count = 1) noexcept {
        value_.fetch_add(count, std::memory_order_relaxed);
    }
    std::uint64_t value() const noexcept { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

// How many values there were up to each of some bounds, and their sum.
class Histogram {
public:
    // Rising, without infinity.
    explicit Histogram(std::vector<double> bounds);

    void observe(double value) noexcept;
    // In seconds. A clock that was set back counts as no time.
    void observe(SteadyTime::duration time) noexcept;

    const std::vector<double>& bounds() const noexcept { return bounds_; }
    // How many were at most that bound and above the one before; the last: above all.
    std::uint64_t count(std::size_t bucket) const noexcept;
    double sum() const noexcept { return sum_.load(std::memory_order_relaxed); }

private:
    const std::vector<double> bounds_;
    const std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;
    std::atomic<double> sum_{0};
};

// 100 microseconds to 10 minutes, about three to a decade.
const std::vector<double>& secondsBounds();

class Metrics {
public:
    // The process's own.
    static Metrics& process();

    // The series of that family with those labels, made where there is none yet. A name has one
    // help and one kind. What comes when a family has 200 series shares one, labelled "other".
    // Costs a lock and a search: keep the reference.
    Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Histogram& histogram(const std::string& name, const std::string& help,
                         const Labels& labels = {},
                         const std::vector<double>& bounds = secondsBounds());

    void writeTo(MetricsPage& page) const;

private:
    template <class T>
    struct Family {
        std::string help;
        std::map<Labels, T> series;
    };
    template <class T, class... A>
    T& seriesOf(std::map<std::string, Family<T>>& families, const std::string& name,
                const std::string& help, Labels labels, const A&... arguments) REQUIRES(mutex_);

    mutable Mutex mutex_;
    // Nodes of a map stay where they are.
    std::map<std::string, Family<Counter>> counters_ GUARDED_BY(mutex_);
    std::map<std::string, Family<Histogram>> histograms_ GUARDED_BY(mutex_);
};

}  // namespace errand::base
