// SPDX-License-Identifier: Apache-2.0
#include "sink_gate.h"

namespace errand::transport_inproc {

void SinkGate::open(rpc::JobSink& sink) {
    const base::MutexLock lock(mutex_);
    sink_ = &sink;
}

rpc::Reply SinkGate::store(const rpc::Call& call) noexcept {
    rpc::JobSink* sink = nullptr;
    {
        const base::MutexLock lock(mutex_);
        if (!sink_) return {rpc::TryAgainReply{"the node is stopping", {}, rpc::Scope::job}, {}};
        sink = sink_;
        ++inside_;
    }
    rpc::Reply reply = sink->store(call);
    const base::MutexLock lock(mutex_);
    if (--inside_ == 0) left_.notifyAll();
    return reply;
}

void SinkGate::close() noexcept {
    const base::MutexLock lock(mutex_);
    sink_ = nullptr;
    while (inside_ > 0) left_.wait(mutex_);
}

}  // namespace errand::transport_inproc
