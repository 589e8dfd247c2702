// SPDX-License-Identifier: Apache-2.0
// Pool lends out up to `limit` objects that one thread at a time may use, made when first needed.
//
// Threads: lend may be called from any thread; it blocks while all objects are lent. A Loan is used
//          by the thread that took it.
// Owns: the objects. Loans borrow the pool, which outlives them.
// Errors: what the factory throws.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/mutex.h"

namespace errand::store {

template <class T>
class Pool {
public:
    class Loan {
    public:
        Loan(Pool& pool, std::unique_ptr<T> object) : pool_(pool), object_(std::move(object)) {}
        ~Loan() { pool_.giveBack(std::move(object_)); }
        Loan(const Loan&) = delete;
        Loan& operator=(const Loan&) = delete;
        T& operator*() noexcept { return *object_; }
        T* operator->() noexcept { return object_.get(); }

    private:
        Pool& pool_;
        std::unique_ptr<T> object_;
    };

    Pool(std::size_t limit, std::function<std::unique_ptr<T>()> factory)
        : limit_(limit), factory_(std::move(factory)) {}

    Loan lend() { return Loan(*this, take()); }

private:
    std::unique_ptr<T> take() {
        {
            const base::MutexLock lock(mutex_);
            while (idle_.empty() && made_ == limit_) returned_.wait(mutex_);
            if (!idle_.empty()) {
                std::unique_ptr<T> object = std::move(idle_.back());
                idle_.pop_back();
                return object;
            }
            ++made_;
        }
        try {
            return factory_();
        } catch (...) {
            forgetOne();
            throw;
        }
    }

    void giveBack(std::unique_ptr<T> object) noexcept {
        {
            const base::MutexLock lock(mutex_);
            idle_.push_back(std::move(object));
        }
        returned_.notifyOne();
    }

    void forgetOne() {
        const base::MutexLock lock(mutex_);
        --made_;
        returned_.notifyOne();
    }

    // Set in the constructor, then constant.
    const std::size_t limit_;
    const std::function<std::unique_ptr<T>()> factory_;

    base::Mutex mutex_;
    base::Condition returned_;
    std::vector<std::unique_ptr<T>> idle_ GUARDED_BY(mutex_);
    std::size_t made_ GUARDED_BY(mutex_) = 0;
};

}  // namespace errand::store
