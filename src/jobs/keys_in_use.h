// SPDX-License-Identifier: Apache-2.0
// KeysInUse are the Idempotency-Keys of submits under way: each is used by one at a time.
//
// Threads: any.
// Owns: the keys' names.
// Errors: none.
#pragma once

#include <set>
#include <string>

#include "base/mutex.h"

namespace errand::jobs {

class KeysInUse {
public:
    // A key for as long as its submit takes; `mine()` is false when another has it.
    class Use {
    public:
        Use(KeysInUse& keys, std::string key) : keys_(keys), key_(std::move(key)) {
            const base::MutexLock lock(keys_.mutex_);
            mine_ = keys_.used_.insert(key_).second;
        }
        ~Use() {
            const base::MutexLock lock(keys_.mutex_);
            if (mine_) keys_.used_.erase(key_);
        }
        Use(const Use&) = delete;
        Use& operator=(const Use&) = delete;
        bool mine() const noexcept { return mine_; }

    private:
        KeysInUse& keys_;
        const std::string key_;
        bool mine_ = false;
    };

private:
    base::Mutex mutex_;
    std::set<std::string> used_ GUARDED_BY(mutex_);
};

}  // namespace errand::jobs
