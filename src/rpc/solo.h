// SPDX-License-Identifier: Apache-2.0
// Solo keeps a call that crashed a process apart from all others: it runs when nothing else does,
// and nothing else begins beside it.
//
// Threads: any.
// Owns: nothing.
// Errors: none; enter answers false where others do not make room within its patience.
#pragma once

#include <chrono>

#include "base/mutex.h"

namespace errand::rpc {

class Solo {
public:
    // Longer than an honest method takes; one that hangs must not keep the others from beginning.
    explicit Solo(std::chrono::milliseconds patience = std::chrono::seconds(30))
        : patience_(patience) {}

    // Waits for its turn. A call that runs alone goes before those that come after it.
    bool enter(bool alone);
    void leave(bool alone);

    // From now on nobody enters, whoever waits included.
    void close();

private:
    bool enterAlone() REQUIRES(mutex_);

    // Set in the constructor, then constant.
    const std::chrono::milliseconds patience_;

    base::Mutex mutex_;
    base::Condition changed_;
    int running_ GUARDED_BY(mutex_) = 0;
    int wanted_ GUARDED_BY(mutex_) = 0;  // calls that wait to run alone
    bool alone_ GUARDED_BY(mutex_) = false;
    bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace errand::rpc
