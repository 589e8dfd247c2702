// SPDX-License-Identifier: Apache-2.0
// Quota is how much each key, a token or an address, may take in a window of time. It is exact,
// however many threads take at once.
//
// Threads: any.
// Owns: one entry for each key whose window has not passed, and no more than it was told.
// Errors: parseRate throws Poco::SyntaxException with what is wrong, in words.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/mutex.h"

namespace errand::base {

struct Rate {
    std::int64_t most = 0;  // 0: there is no limit
    std::chrono::seconds window{1};

    bool operator==(const Rate&) const = default;
};

// "600/1m", "100/10s": a number of 1 to a billion, and the time with its unit, s, m (or min), h or
// d, of up to 31 days. "" and "0": no limit.
Rate parseRate(std::string_view text);

struct Taken {
    bool granted = false;
    std::int64_t remaining = 0;  // of this window
    std::chrono::seconds reset;  // until the window ends, rounded up: at least 1
};

class Quota {
public:
    // What comes when that many keys are in use shares one more entry: memory is bounded, and who
    // makes up keys harms those who do alike. REQUIRES mostKeys > 0.
    explicit Quota(Rate rate, std::size_t mostKeys = 100'000);

    // All of the amount, or nothing where less is left. A key's window begins when it first takes,
    // and the next one when it takes after the end. REQUIRES amount >= 0 and a key of a bounded
    // length.
    Taken take(std::string_view key, std::int64_t amount, SteadyTime now);

    // From now on that rate holds; what has been taken in windows that have begun stays taken.
    void setRate(Rate rate);
    Rate rate() const;
    // Whether there is a limit at all: costs no lock.
    bool limits() const noexcept { return limits_.load(std::memory_order_relaxed); }
    // How many keys have an entry of their own.
    std::size_t keys() const;

private:
    struct Entry {
        std::string key;
        SteadyTime ends;
        std::int64_t taken = 0;
    };
    using List = std::list<Entry>;

    Entry& entryOf(std::string_view key, SteadyTime now) REQUIRES(mutex_);
    void sweep(SteadyTime now) REQUIRES(mutex_);

    // Set in the constructor, then constant.
    const std::size_t mostKeys_;

    std::atomic<bool> limits_;  // read for every request, where a lock would cost

    mutable Mutex mutex_;
    Rate rate_ GUARDED_BY(mutex_);
    SteadyTime latest_ GUARDED_BY(mutex_);
    List entries_ GUARDED_BY(mutex_);  // the first to end first
    // The keys are those of the entries.
    std::unordered_map<std::string_view, List::iterator> byKey_ GUARDED_BY(mutex_);
    Entry shared_ GUARDED_BY(mutex_);
};

}  // namespace errand::base
