// SPDX-License-Identifier: Apache-2.0
// patient_call.h makes a call whose caller may lose patience: at a deadline, or by ^C.
//
// Threads: the calling thread waits; the transport tells the end on one of its own.
// Owns: nothing; borrows the transport.
// Errors: how the call ended is a value.
#pragma once

#include <chrono>
#include <optional>

#include "base/interrupts.h"
#include "rpc/transport.h"

namespace errand::cli {

// Sends the call under an id of its own and waits for its end, at most as long as `patience`. With
// `interrupts`, nullopt when ^C came first: whoever runs the call is told so.
std::optional<rpc::End> callPatiently(rpc::Transport& transport, rpc::Call call,
                                      std::chrono::milliseconds patience,
                                      base::Interrupts* interrupts);

}  // namespace errand::cli
