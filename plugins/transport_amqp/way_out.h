// SPDX-License-Identifier: Apache-2.0
// WayOut is how running methods reach services of other processes: over the broker.
//
// Threads: see rpc/outside.h.
// Owns: what waits in it; the calls and the publisher outlive it.
// Errors: none; what goes wrong is the Reply.
#pragma once

#include <map>
#include <string>

#include "base/mutex.h"
#include "calls.h"
#include "publisher.h"
#include "rpc/outside.h"

namespace errand::transport_amqp {

class WayOut : public rpc::Outside {
public:
    WayOut(Calls& calls, Publisher& publisher, std::string exchange)
        : calls_(calls), publisher_(publisher), exchange_(std::move(exchange)) {}

    rpc::Reply callAndWait(const rpc::Context& nested) noexcept override;
    rpc::Reply cast(rpc::Call call) noexcept override;
    void cancel(const rpc::CallId& call) noexcept override { calls_.cancel(call); }
    void close() noexcept override;

private:
    class Waiting;
    class Sent;
    struct Casting;

    void sent(std::uint64_t cast, Published outcome);

    // Set in the constructor, then constant.
    Calls& calls_;
    Publisher& publisher_;
    const std::string exchange_;

    base::Mutex mutex_;
    std::map<rpc::CallId, Waiting*> waiting_ GUARDED_BY(mutex_);
    std::map<std::uint64_t, Casting*> casting_ GUARDED_BY(mutex_);
    std::uint64_t lastCast_ GUARDED_BY(mutex_) = 0;
    bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace errand::transport_amqp
