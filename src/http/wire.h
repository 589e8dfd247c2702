// SPDX-License-Identifier: Apache-2.0
// Wire sends and receives on one connection's socket, blocking for a slice of time at most.
//
// The system's own calls are used, not Poco's: there a slice that passes in silence is an
// exception, and here it is the most ordinary thing an idle connection does.
//
// Threads: used by one thread at a time; another may shut the socket down meanwhile.
// Owns: nothing; socket, settings and connections outlive it.
// Errors: outcomes are values. A connection that broke is one that was closed.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include <Poco/Net/StreamSocket.h>

#include "http/connections.h"
#include "http/settings.h"

namespace errand::http {

class Wire {
public:
    enum class Got { bytes, silence, closed };

    Wire(Poco::Net::StreamSocket& socket, const Settings& settings, const Connections& connections);

    // Whether there is something to receive, or the end, within that time.
    bool readable(std::chrono::milliseconds limit) const noexcept;

    // Receives at most `room` bytes; `size` says how many there were.
    Got receive(char* into, std::size_t room, std::size_t& size);

    // Sends all of it. False: the other side is gone, or has used up its Allowance.
    bool send(std::string_view bytes);

    // Sends what the system takes without waiting; what becomes of it is not known.
    static void sendAtOnce(const Poco::Net::StreamSocket& socket, std::string_view bytes) noexcept;

    // Says that no more will be sent.
    void finishSending() noexcept;

private:
    // Set in the constructor, then constant.
    const int descriptor_;
    const Settings& settings_;
    const Connections& connections_;
};

}  // namespace errand::http
