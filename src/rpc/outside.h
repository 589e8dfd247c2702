// SPDX-License-Identifier: Apache-2.0
// Outside is the way of running methods to services of other processes, where a transport has one.
//
// Threads: every method may be called from any thread.
// Owns: nothing.
// Errors: none; what goes wrong is the Reply.
#pragma once

#include "rpc/context.h"

namespace errand::rpc {

class Outside {
public:
    virtual ~Outside() = default;

    // Sends the context's call and waits for its end, until its deadline. Looks at cancelled()
    // once the call is under way: a cancel may have come before.
    virtual Reply callAndWait(const Context& nested) noexcept = 0;

    // Sends a call nobody awaits; a result says that it is on its way for certain.
    virtual Reply cast(Call call) noexcept = 0;

    // The end of a call that waits is wanted.
    virtual void cancel(const CallId& call) noexcept = 0;

    // The host closes: whoever waits for a call waits no longer.
    virtual void close() noexcept = 0;
};

}  // namespace errand::rpc
