// SPDX-License-Identifier: Apache-2.0
#include "http/news.h"

#include <algorithm>
#include <utility>

namespace errand::http {
namespace {

// 16 MB, and more than the thread is ever late for. Who would have heard of them reads them from
// the store.
constexpr std::size_t mostGathered = 1'000'000;

}  // namespace

std::vector<std::int64_t> eachOnce(std::vector<std::int64_t> sequences) {
    std::ranges::sort(sequences);
    sequences.erase(std::unique(sequences.begin(), sequences.end()), sequences.end());
    return sequences;
}

// The newest number is told before anybody is asked for, and gather() does it the other way round:
// either the change is gathered here, or whoever began to gather knows its number.
void News::changed(const std::vector<jobs::JobChange>& changes) noexcept {
    if (changes.empty()) return;
    newest_.store(changes.back().number);
    if (!wanted_.load()) return;
    const base::MutexLock lock(mutex_);
    bool wakes = false;
    if (!followed_.empty()) {
        for (const jobs::JobChange& change : changes) {
            if (followed_.contains(change.sequence))
                wakes = touched_.insert(change.sequence).second || wakes;
        }
    }
    if (gathers_) {
        if (gathered_.size() + changes.size() > mostGathered) {
            gathered_.clear();
            incomplete_ = true;
        }
        if (!incomplete_) gathered_.insert(gathered_.end(), changes.begin(), changes.end());
        wakes = wakes || !patient_;
    }
    if (!wakes || rung_) return;
    rung_ = true;
    set_.wake();
}

// Changes may have come in already.
void News::begin(std::int64_t newest) noexcept {
    std::int64_t known = newest_.load();
    while (known < newest && !newest_.compare_exchange_weak(known, newest)) {
    }
}

void News::follow(std::int64_t sequence) {
    const base::MutexLock lock(mutex_);
    followed_.insert(sequence);
    wanted_.store(true);
}

void News::unfollow(std::int64_t sequence) {
    const base::MutexLock lock(mutex_);
    followed_.erase(sequence);
    touched_.erase(sequence);
    wanted_.store(gathers_ || !followed_.empty());
}

void News::gather(bool wanted) {
    const base::MutexLock lock(mutex_);
    gathers_ = wanted;
    gathered_.clear();
    incomplete_ = false;
    wanted_.store(gathers_ || !followed_.empty());
}

News::Edition News::take() {
    const base::MutexLock lock(mutex_);
    rung_ = false;
    Edition edition;
    edition.followed.assign(touched_.begin(), touched_.end());
    touched_.clear();
    edition.changes = std::exchange(gathered_, {});
    edition.incomplete = std::exchange(incomplete_, false);
    return edition;
}

bool News::rest(bool patient) {
    const base::MutexLock lock(mutex_);
    patient_ = patient;
    return touched_.empty() && (patient || (gathered_.empty() && !incomplete_));
}

}  // namespace errand::http
