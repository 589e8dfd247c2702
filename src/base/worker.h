// SPDX-License-Identifier: Apache-2.0
// Worker runs one function on a thread of its own: the only place in src/ that starts a thread.
//
// Threads: start and stop belong to the owner's thread; the function runs on the worker's.
// Owns: its thread. What the function uses must outlive stop().
// Errors: an exception that leaves the function is logged as fatal and ends the process: a thread
//         that vanished would leave its work undone without a word.
#pragma once

#include <functional>
#include <string>
#include <thread>

namespace errand::base {

class Worker {
public:
    // The name shows in debuggers and logs; 15 characters are kept on Linux.
    explicit Worker(std::string name) : name_(std::move(name)) {}
    ~Worker() { join(); }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Starts the thread. REQUIRES that none runs.
    void start(std::function<void()> body);

    // Returns when the function has returned; at once when it never started. May be called twice.
    // The function must have been told to return by its owner.
    void join() noexcept;

    // Leaves the thread to itself: for one that is stuck in foreign code while the process ends.
    void abandon() noexcept;

private:
    const std::string name_;
    std::thread thread_;
};

}  // namespace errand::base
