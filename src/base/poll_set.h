// SPDX-License-Identifier: Apache-2.0
// PollSet waits for many sockets at once, on one thread, and is woken by any other.
//
// Threads: wake() from any; everything else belongs to one thread.
// Owns: what the system keeps for it; the sockets outlive their place in it.
// Errors: the constructor throws Poco::SystemException when the system has no more to give. What
//         else goes wrong with a socket is told by wait() as `gone`.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/sockets.h"

namespace errand::base {

class PollSet {
public:
    struct Event {
        std::uint64_t token = 0;
        bool writable = false;
        bool readable = false;
        bool ended = false;  // the other side sends no more
        bool gone = false;   // nor takes anything
    };

    // What is waited for; `end` is that of the other side, and part of all others but the first.
    enum class For { roomAlone, end, room, bytes };

    PollSet();
    ~PollSet();
    PollSet(const PollSet&) = delete;
    PollSet& operator=(const PollSet&) = delete;

    // The token comes back with what happens to the socket. False: the system takes no more.
    bool add(int descriptor, std::uint64_t token, For what) noexcept;
    void change(int descriptor, std::uint64_t token, For what) noexcept;
    void remove(int descriptor) noexcept;

    // Returns when something has happened, when the time is over, or when it was woken. What it
    // returns stays until the next call.
    const std::vector<Event>& wait(std::chrono::milliseconds limit);

    // Ends the wait() of now or else the next.
    void wake() noexcept;

private:
    struct Kept;  // what the system has of it

    // Set in the constructor, then constant.
    Bell bell_;
    const std::unique_ptr<Kept> kept_;

    std::vector<Event> events_;
};

}  // namespace errand::base
