// SPDX-License-Identifier: Apache-2.0
// SinkGate lets calls through to the JobSink until the transport closes, and closes only when no
// call is inside: the sink may be gone afterwards, while an abandoned thread still runs.
//
// Threads: any, at the same time.
// Owns: nothing; borrows the sink from open() to close().
// Errors: a call that comes too late is answered TryAgain.
#pragma once

#include "base/mutex.h"
#include "rpc/transport.h"

namespace errand::transport_inproc {

class SinkGate {
public:
    void open(rpc::JobSink& sink);

    // Blocks until the call is on disk.
    rpc::Reply store(const rpc::Call& call) noexcept;

    // Waits for those inside, without a limit of its own: a store ends or fails by itself.
    void close() noexcept;

private:
    base::Mutex mutex_;
    base::Condition left_;
    rpc::JobSink* sink_ GUARDED_BY(mutex_) = nullptr;
    int inside_ GUARDED_BY(mutex_) = 0;
};

}  // namespace errand::transport_inproc
