// SPDX-License-Identifier: Apache-2.0
// MetricsPage is a text in Prometheus's exposition format, version 0.0.4: what GET /metrics
// answers.
//
// Threads: one.
// Owns: its text.
// Errors: none; label values may hold any text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace errand::base {

class Histogram;

// Names and values, in the order in which they are shown.
using Labels = std::vector<std::pair<std::string, std::string>>;

class MetricsPage {
public:
    // Begins a family: all of its samples follow. `type`: counter, gauge or histogram.
    void family(std::string_view name, std::string_view type, std::string_view help);

    // Of the family that was begun last.
    void sample(const Labels& labels, std::uint64_t value);
    void sample(const Labels& labels, double value);
    void histogram(const Labels& labels, const Histogram& histogram);

    // A family of one sample without labels.
    template <class T>
    void gauge(std::string_view name, std::string_view help, T value) {
        family(name, "gauge", help);
        sample({}, value);
    }

    const std::string& text() const noexcept { return text_; }

private:
    void begin(std::string_view suffix, const Labels& labels, std::string_view bound = {});

    std::string text_;
    std::string name_;
};

}  // namespace errand::base
