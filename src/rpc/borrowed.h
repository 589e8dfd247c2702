// SPDX-License-Identifier: Apache-2.0
// Borrowed lets threads use something that its owner takes back: close() returns only when nobody
// is inside, and whoever comes later is turned away. A thread that hung beyond a close comes later.
//
// Threads: any, at the same time.
// Owns: nothing; borrows the thing from open() to close().
// Errors: n/a; use() answers nullopt to whoever comes too late or too early.
#pragma once

#include <optional>

#include "base/mutex.h"

namespace errand::rpc {

template <class T>
class Borrowed {
public:
    void open(T& thing) {
        const base::MutexLock lock(mutex_);
        thing_ = &thing;
    }

    // action(thing), outside the lock, or nullopt.
    template <class Action>
    auto use(Action action) -> std::optional<decltype(action(std::declval<T&>()))> {
        T* thing = enter();
        if (!thing) return std::nullopt;
        std::optional result(action(*thing));
        leave();
        return result;
    }

    // Waits for those inside, without a limit of its own: what they do there ends by itself.
    void close() noexcept {
        const base::MutexLock lock(mutex_);
        thing_ = nullptr;
        while (inside_ > 0) left_.wait(mutex_);
    }

private:
    T* enter() {
        const base::MutexLock lock(mutex_);
        if (thing_) ++inside_;
        return thing_;
    }
    void leave() {
        const base::MutexLock lock(mutex_);
        if (--inside_ == 0) left_.notifyAll();
    }

    base::Mutex mutex_;
    base::Condition left_;
    T* thing_ GUARDED_BY(mutex_) = nullptr;
    int inside_ GUARDED_BY(mutex_) = 0;
};

}  // namespace errand::rpc
