// SPDX-License-Identifier: Apache-2.0
// Pending is one call of this process from its sending to its end, as its caller's side knows it.
//
// Threads: plain data; Calls guards it.
// Owns: the call; borrows the observer until that has heard the end.
// Errors: n/a (plain data).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rpc/transport.h"

namespace errand::transport_amqp {

// When something is due for a call.
using Due = std::pair<base::SteadyTime, rpc::CallId>;

struct Pending {
    // Where the request is.
    enum class Way {
        unsent,  // it goes out at the next connection
        asked,   // with the publisher: confirmed or lost comes
        sent     // the broker has it
    };

    rpc::Call call;  // without its arguments once it is sent
    rpc::CallObserver* observer = nullptr;
    std::uint64_t serial = 0;  // tells it from a later call of the same id
    Way way = Way::unsent;
    bool again = false;            // an earlier copy may be on its way
    bool nested = false;           // a method that runs here waits for it
    bool cancelRequested = false;  // told to the worker once it has begun
    std::string begun;             // the worker's boot; empty: nobody has said so
    std::string granted;           // the boot that was last let run a copy that came again
    int grants = 0;                // how often a copy that came again was let run
    std::optional<base::SteadyTime> overdueAt;
    std::vector<std::string> askers;  // boots that hold a copy of a call that another has begun
};

}  // namespace errand::transport_amqp
