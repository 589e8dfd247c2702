// SPDX-License-Identifier: Apache-2.0
// NoStore is the sink of a node that stores nothing: no service of its has a queued method.
//
// Threads: any.
// Owns: nothing.
// Errors: none.
#pragma once

#include "rpc/transport.h"

namespace errand::app {

class NoStore : public rpc::JobSink {
public:
    // Passing: it may come to a node with a store the next time.
    rpc::Reply store(const rpc::Call& call) noexcept override {
        return {rpc::TryAgainReply{"this node stores no jobs, and " + call.service + '.' +
                                       call.method + " would be one",
                                   {},
                                   rpc::Scope::job},
                {}};
    }
};

}  // namespace errand::app
