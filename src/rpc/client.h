// SPDX-License-Identifier: Apache-2.0
// Client makes blocking calls over a transport, for callers that have a thread to spend.
//
// Threads: call may be used from any number of threads at once.
// Owns: nothing; the transport outlives it.
// Errors: outcomes are values: the End says how the call ended.
#pragma once

#include <chrono>

#include "rpc/transport.h"

namespace errand::rpc {

class Client {
public:
    explicit Client(Transport& transport) : transport_(transport) {}

    // Sends the call (an empty id gets one) and waits for its end, at most as long as `patience`.
    End call(Call call, std::chrono::milliseconds patience);

private:
    Transport& transport_;
};

}  // namespace errand::rpc
