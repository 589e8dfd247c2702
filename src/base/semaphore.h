// SPDX-License-Identifier: Apache-2.0
// Semaphore lets one thread wait for another's word. It is POSIX's: std::binary_semaphore yields
// the processor several times before it sleeps, which many waiting threads pay for.
//
// Threads: that is its purpose. The waiter may destroy it as soon as acquire has returned.
// Owns: nothing.
// Errors: none.
#pragma once

#include <semaphore.h>

#include <cerrno>

namespace errand::base {

class Semaphore {
public:
    Semaphore() { sem_init(&semaphore_, 0, 0); }
    ~Semaphore() { sem_destroy(&semaphore_); }
    Semaphore(const Semaphore&) = delete;
    Semaphore& operator=(const Semaphore&) = delete;

    void release() noexcept { sem_post(&semaphore_); }

    // Blocks until a release that no other acquire has taken.
    void acquire() noexcept {
        while (sem_wait(&semaphore_) != 0 && errno == EINTR) {
        }
    }

private:
    sem_t semaphore_{};
};

}  // namespace errand::base
