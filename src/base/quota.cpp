// SPDX-License-Identifier: Apache-2.0
#include "base/quota.h"

#include <Poco/Bugcheck.h>
#include <Poco/Exception.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace errand::base {
namespace {

using std::chrono::seconds;

constexpr std::int64_t largestMost = 1'000'000'000;
constexpr seconds longestWindow = std::chrono::days(31);

// Two a call: more than can be added, so that what has passed is gone in the end.
constexpr int sweptAtOnce = 2;

struct Unit {
    std::string_view name;
    std::int64_t seconds;
};
constexpr Unit units[] = {{"s", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}};

// Digits alone, up to the limit, which is far below what the type holds.
std::optional<std::int64_t> parseCount(std::string_view text, std::int64_t limit) {
    if (text.empty() || text.find_first_not_of("0123456789") != text.npos) return std::nullopt;
    std::int64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || value > limit) return std::nullopt;
    return value;
}

std::optional<seconds> parseWindow(std::string_view text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parseCount(text.substr(0, digits), longestWindow.count());
    if (!count || *count == 0) return std::nullopt;
    for (const Unit& unit : units) {
        if (unit.name != text.substr(digits)) continue;
        const seconds window(*count * unit.seconds);
        return window <= longestWindow ? std::optional(window) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

Rate parseRate(std::string_view text) {
    if (text.empty() || text == "0") return {};
    const std::size_t slash = text.find('/');
    if (slash == text.npos) {
        throw Poco::SyntaxException("needs a number and a time, as 600/1m; 0 is no limit");
    }
    const auto most = parseCount(text.substr(0, slash), largestMost);
    if (!most || *most == 0) {
        throw Poco::SyntaxException("the number before the slash must be 1 to 1000000000");
    }
    const auto window = parseWindow(text.substr(slash + 1));
    if (!window) {
        throw Poco::SyntaxException(
            "the time after the slash must be as 10s, 1m, 2h or 1d, up to 31d");
    }
    return {*most, *window};
}

Quota::Quota(Rate rate, std::size_t mostKeys)
    : mostKeys_(mostKeys), limits_(rate.most > 0), rate_(rate) {
    poco_assert(mostKeys > 0);
}

Taken Quota::take(std::string_view key, std::int64_t amount, SteadyTime now) {
    poco_assert(amount >= 0);
    if (!limits()) return {true, std::numeric_limits<std::int64_t>::max(), seconds(1)};
    const MutexLock lock(mutex_);
    // Of two threads the one that looked at the clock first may come second.
    latest_ = std::max(latest_, now);
    Entry& entry = entryOf(key, latest_);
    const std::int64_t left = rate_.most - entry.taken;
    const bool granted = amount <= left;
    if (granted) entry.taken += amount;
    const seconds reset = std::chrono::ceil<seconds>(entry.ends - latest_);
    return {granted, std::max<std::int64_t>(rate_.most - entry.taken, 0),
            std::max(reset, seconds(1))};
}

void Quota::setRate(Rate rate) {
    const MutexLock lock(mutex_);
    rate_ = rate;
    limits_.store(rate.most > 0, std::memory_order_relaxed);
}

Rate Quota::rate() const {
    const MutexLock lock(mutex_);
    return rate_;
}

std::size_t Quota::keys() const {
    const MutexLock lock(mutex_);
    return entries_.size();
}

Quota::Entry& Quota::entryOf(std::string_view key, SteadyTime now) {
    sweep(now);
    const auto found = byKey_.find(key);
    if (found != byKey_.end()) {
        Entry& entry = *found->second;
        if (entry.ends > now) return entry;
        // It goes to the end, where those are whose windows began last.
        entries_.splice(entries_.end(), entries_, found->second);
        entry.ends = now + rate_.window;
        entry.taken = 0;
        return entry;
    }
    if (entries_.size() >= mostKeys_) {
        if (shared_.ends <= now) shared_ = {{}, now + rate_.window, 0};
        return shared_;
    }
    entries_.push_back({std::string(key), now + rate_.window, 0});
    byKey_.emplace(entries_.back().key, std::prev(entries_.end()));
    return entries_.back();
}

void Quota::sweep(SteadyTime now) {
    for (int i = 0; i < sweptAtOnce && !entries_.empty(); ++i) {
        if (entries_.front().ends > now) return;
        byKey_.erase(entries_.front().key);
        entries_.pop_front();
    }
}

}  // namespace errand::base
