// SPDX-License-Identifier: Apache-2.0
// Guest is what there is of a client's connection while no thread serves it.
//
// Threads: plain data, handed from thread to thread.
// Owns: its channel, which is closed with it.
// Errors: n/a (plain data).
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "http/channel.h"

namespace errand::http {

struct Guest {
    std::unique_ptr<Channel> channel;
    std::string address{};          // of the client
    std::string received{};         // not yet answered: of a request that has begun, or more
    base::SteadyTime begun{};       // when that was, or the handshake; unset: nothing has begun
    bool ready = false;             // `received` may hold a whole request: nothing more may come
    base::SteadyTime waitsSince{};  // for a thread
    int served = 0;                 // requests
};

}  // namespace errand::http
