// SPDX-License-Identifier: Apache-2.0
// CallTimes counts the calls of a load and how long each took, and prints the figures as a line of
// JSON: calls a second, and the 50th and 99th percentile in microseconds.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <vector>

class CallTimes {
public:
    using Clock = std::chrono::steady_clock;

    // `count`: how many calls there will be.
    explicit CallTimes(std::size_t count) { times_.reserve(count); }

    void begin() { begin_ = Clock::now(); }

    // A call ended that began then.
    void add(Clock::time_point began) {
        end_ = Clock::now();
        times_.push_back(std::chrono::duration<double, std::micro>(end_ - began).count());
    }
    std::size_t count() const { return times_.size(); }

    // REQUIRES a call.
    void print() {
        std::sort(times_.begin(), times_.end());
        const std::size_t count = times_.size();
        std::printf(
            "{\"calls\": %zu, \"rate\": %.0f, \"p50\": %.1f, \"p99\": %.1f}\n", count,
            static_cast<double>(count) / std::chrono::duration<double>(end_ - begin_).count(),
            times_[count / 2], times_[count * 99 / 100]);
    }

private:
    Clock::time_point begin_;
    Clock::time_point end_;
    std::vector<double> times_;
};
