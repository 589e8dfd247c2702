// SPDX-License-Identifier: Apache-2.0
// Mutex, MutexLock and Condition wrap the standard ones so that clang's -Wthread-safety can check
// who holds what.
//
// Threads: that is their purpose; each may be used from any thread.
// Owns: a MutexLock borrows its Mutex, which must outlive it.
// Errors: none.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define ERRAND_ANNOTATION(x) __attribute__((x))
#else
#define ERRAND_ANNOTATION(x)
#endif
#define CAPABILITY(x) ERRAND_ANNOTATION(capability(x))
#define SCOPED_CAPABILITY ERRAND_ANNOTATION(scoped_lockable)
#define GUARDED_BY(x) ERRAND_ANNOTATION(guarded_by(x))
#define REQUIRES(...) ERRAND_ANNOTATION(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) ERRAND_ANNOTATION(locks_excluded(__VA_ARGS__))
#define ACQUIRE(...) ERRAND_ANNOTATION(acquire_capability(__VA_ARGS__))
#define RELEASE(...) ERRAND_ANNOTATION(release_capability(__VA_ARGS__))
#define NO_THREAD_SAFETY_ANALYSIS ERRAND_ANNOTATION(no_thread_safety_analysis)

namespace errand::base {

class CAPABILITY("mutex") Mutex {
public:
    void lock() ACQUIRE() { mutex_.lock(); }
    void unlock() RELEASE() { mutex_.unlock(); }

private:
    std::mutex mutex_;
};

class SCOPED_CAPABILITY MutexLock {
public:
    explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
    ~MutexLock() RELEASE() { mutex_.unlock(); }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;

private:
    Mutex& mutex_;
};

// A condition variable used with a Mutex that the caller holds.
class Condition {
public:
    // Blocks until notified (or for no reason); the mutex is held again on return.
    void wait(Mutex& mutex) REQUIRES(mutex) { condition_.wait(mutex); }

    // As wait, but at most until the deadline; false when that has passed.
    bool waitUntil(Mutex& mutex, std::chrono::steady_clock::time_point deadline) REQUIRES(mutex) {
        return condition_.wait_until(mutex, deadline) == std::cv_status::no_timeout;
    }

    void notifyOne() noexcept { condition_.notify_one(); }
    void notifyAll() noexcept { condition_.notify_all(); }

private:
    std::condition_variable_any condition_;
};

}  // namespace errand::base
