// SPDX-License-Identifier: Apache-2.0
#include "pace.h"

#include <algorithm>

namespace errand::transport_amqp {

using namespace std::chrono_literals;

namespace {

// A request holds its place until its reply is confirmed, a millisecond or so on a busy broker:
// then a worker of a fast method needs dozens ahead of it. Held for long they would be missed
// elsewhere, so each level is done within a tenth of a second or so.
constexpr int brisk = 32;
constexpr int fast = 500;
constexpr std::chrono::nanoseconds briskBelow = 5ms;
constexpr std::chrono::nanoseconds fastBelow = 200us;

// How many runs a judgement takes. The longest of them does not count, so that one odd one changes
// nothing.
constexpr int enough = 32;

int levelOf(std::chrono::nanoseconds mean) {
    if (mean < fastBelow) return 2;
    return mean < briskBelow ? 1 : 0;
}

}  // namespace

Pace::Pace(int workers, int fixed)
    : fixed_(fixed > 0),
      levels_{fixed > 0 ? fixed : 2 * workers, std::max(2 * workers, brisk),
              std::max(2 * workers, fast)} {}

std::optional<int> Pace::ran(std::chrono::nanoseconds time) {
    if (fixed_) return std::nullopt;
    const base::MutexLock lock(mutex_);
    sum_ += time;
    longest_ = std::max(longest_, time);
    if (++runs_ < enough) return std::nullopt;
    const int level = levelOf((sum_ - longest_) / (enough - 1));
    runs_ = 0;
    sum_ = longest_ = {};
    if (level == level_) return std::nullopt;
    const bool changed = levels_[level] != levels_[level_];
    level_ = level;
    return changed ? std::optional<int>(levels_[level]) : std::nullopt;
}

}  // namespace errand::transport_amqp
