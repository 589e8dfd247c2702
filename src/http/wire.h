// SPDX-License-Identifier: Apache-2.0
// Wire sends and receives for one connection that has a thread: it blocks for a slice of time at
// most, and gives up on a peer that is too slow.
//
// Threads: used by one thread at a time.
// Owns: nothing; channel, settings and connections outlive it.
// Errors: outcomes are values. A connection that broke is one that was closed.
#pragma once

#include <cstddef>
#include <string_view>

#include "http/channel.h"
#include "http/connections.h"
#include "http/settings.h"

namespace errand::http {

class Wire {
public:
    using Got = Channel::Got;

    Wire(Channel& channel, const Settings& settings, const Connections& connections)
        : channel_(channel), settings_(settings), connections_(connections) {}

    // Receives at most `room` bytes; `size` says how many there were. While others wait for the
    // thread it does not block.
    Got receive(char* into, std::size_t room, std::size_t& size);

    // Blocks for a slice though others wait.
    Got receivePatiently(char* into, std::size_t room, std::size_t& size) {
        return channel_.receive(into, room, size, Channel::Wait::slice);
    }

    // Sends all of it. False: the other side is gone, or has used up its Allowance.
    bool send(std::string_view bytes);

    // Says that no more will be sent.
    void finishSending() noexcept { channel_.finishSending(); }

private:
    // Set in the constructor, then constant.
    Channel& channel_;
    const Settings& settings_;
    const Connections& connections_;
};

}  // namespace errand::http
