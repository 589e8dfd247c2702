// SPDX-License-Identifier: Apache-2.0
#include "base/metrics_page.h"

#include <charconv>

#include "base/metrics.h"

namespace errand::base {
namespace {

// What a help and, besides, what a label's value must not hold as it is.
void appendEscaped(std::string& out, std::string_view text, bool quoted) {
    for (const char c : text) {
        if (c == '\\')
            out += "\\\\";
        else if (c == '\n')
            out += "\\n";
        else if (c == '"' && quoted)
            out += "\\\"";
        else
            out += c;
    }
}

template <class T>
std::string textOf(T value) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

}  // namespace

void MetricsPage::family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_.append("# HELP ").append(name).append(" ");
    appendEscaped(text_, help, false);
    text_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void MetricsPage::begin(std::string_view suffix, const Labels& labels, std::string_view bound) {
    text_.append(name_).append(suffix);
    char lead = '{';
    const auto append = [&](std::string_view name, std::string_view value) {
        text_.append(1, std::exchange(lead, ',')).append(name).append("=\"");
        appendEscaped(text_, value, true);
        text_ += '"';
    };
    for (const auto& [name, value] : labels) append(name, value);
    if (!bound.empty()) append("le", bound);
    text_ += lead == '{' ? " " : "} ";
}

void MetricsPage::sample(const Labels& labels, std::uint64_t value) {
    begin({}, labels);
    text_.append(textOf(value)).append("\n");
}

void MetricsPage::sample(const Labels& labels, double value) {
    begin({}, labels);
    text_.append(textOf(value)).append("\n");
}

// The buckets are cumulative. While others count, the last of them is also the count: so they agree
// with one another.
void MetricsPage::histogram(const Labels& labels, const Histogram& histogram) {
    std::uint64_t total = 0;
    const std::size_t buckets = histogram.bounds().size();
    for (std::size_t i = 0; i <= buckets; ++i) {
        total += histogram.count(i);
        begin("_bucket", labels, i < buckets ? textOf(histogram.bounds()[i]) : "+Inf");
        text_.append(textOf(total)).append("\n");
    }
    begin("_sum", labels);
    text_.append(textOf(histogram.sum())).append("\n");
    begin("_count", labels);
    text_.append(textOf(total)).append("\n");
}

}  // namespace errand::base
