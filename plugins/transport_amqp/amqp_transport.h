// SPDX-License-Identifier: Apache-2.0
// AmqpTransport carries calls over RabbitMQ in Nameko's wire protocol, and jobs' calls with what
// Errand needs besides: docs/nameko.md.
//
// Threads: see rpc/transport.h. Its own: a publisher, a consumer, a ticker, and the host's workers.
// Owns: two connections to the broker; a share of the host, which threads that hang beyond close()
//       keep alive.
// Errors: open throws Poco::InvalidArgumentException for a setting that makes no sense; a broker
//         that is away is no error: health() tells, and it is tried for ever.
#pragma once

#include <memory>
#include <string>

#include "rpc/host.h"
#include "rpc/transport.h"

namespace errand::transport_amqp {

class AmqpTransport : public rpc::Transport {
public:
    AmqpTransport();
    ~AmqpTransport() override;

    // Waits for the first attempt at connecting, some seconds at most.
    void open(const rpc::Settings& settings, rpc::JobSink& sink) override;

    void serve(rpc::Service& service) override;
    void start() override;
    void call(rpc::Call call, rpc::CallObserver& observer) override;
    bool attach(rpc::Call call, const rpc::Attachment& known, rpc::CallObserver& observer) override;
    void cancel(const rpc::CallId& call) noexcept override;
    bool forget(const rpc::CallId& call) noexcept override;
    rpc::Health health() const override;
    void close(base::SteadyTime deadline) noexcept override;

private:
    struct Parts;

    std::unique_ptr<Parts> parts_;  // made by open; set before any other thread is there
    rpc::Host& host_;
    bool closed_ = false;  // the owner's thread's own
};

}  // namespace errand::transport_amqp
