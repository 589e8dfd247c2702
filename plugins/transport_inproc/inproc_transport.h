// SPDX-License-Identifier: Apache-2.0
// InprocTransport carries calls to the services of its own process, over a queue and workers a
// service. Nothing of it outlives the process: attach always answers false.
//
// Threads: see rpc/transport.h.
// Owns: a share of the host, which threads that hang beyond close() keep alive.
// Errors: see rpc/transport.h; serve throws Poco::ExistsException for a service served already, and
//         Poco::IllegalStateException before open() and after close().
#pragma once

#include "rpc/host.h"
#include "rpc/transport.h"

namespace errand::transport_inproc {

class InprocTransport : public rpc::Transport {
public:
    InprocTransport() : host_(*rpc::Host::create()) {}
    ~InprocTransport() override;

    void open(const rpc::Settings& settings, rpc::JobSink& sink) override;
    void serve(rpc::Service& service) override;

    // Ends `unknownService` for one that was never served here, `unavailable` beyond
    // rpc::Lane::maxWaiting calls; both at once, in the caller's thread.
    void call(rpc::Call call, rpc::CallObserver& observer) override;

    bool attach(rpc::Call call, const rpc::Attachment& known, rpc::CallObserver& observer) override;
    void cancel(const rpc::CallId& call) noexcept override;
    bool forget(const rpc::CallId& call) noexcept override;
    rpc::Health health() const override { return {}; }
    void close(base::SteadyTime deadline) noexcept override;

private:
    enum class State { made, open, closed };

    rpc::Host& host_;
    State state_ = State::made;  // the owner's thread's own
};

}  // namespace errand::transport_inproc
