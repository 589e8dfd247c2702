// SPDX-License-Identifier: Apache-2.0
// eventually() looks again and again whether something has become true, for what no signal tells:
// that another thread's commit is there. It gives up after 20 s, which only a failing test sees.
#pragma once

#include <chrono>

#include "base/mutex.h"

namespace errand::tests {

constexpr std::chrono::seconds patience(20);

template <class Predicate>
bool eventually(Predicate predicate) {
    base::Mutex mutex;
    base::Condition nobodyRings;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    const base::MutexLock lock(mutex);
    while (!predicate()) {
        const auto now = std::chrono::steady_clock::now();
        if (now > deadline) return false;
        nobodyRings.waitUntil(mutex, now + std::chrono::milliseconds(1));
    }
    return true;
}

}  // namespace errand::tests
