// SPDX-License-Identifier: Apache-2.0
// Serving is one request that came to this process, from its arrival to its acknowledgement.
//
// Threads: what Servings says; the observer's methods on the host's.
// Owns: what is needed to reply and to acknowledge.
// Errors: n/a.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/semaphore.h"
#include "consumer.h"
#include "rpc/transport.h"

namespace errand::transport_amqp {

class Servings;
struct ServedQueue;

struct Serving final : rpc::CallObserver {
    enum class Phase {
        asking,     // it came again: its owner is asked whether it may run
        reposting,  // it came again and nobody can be asked: a counted copy goes into its queue
        storing,    // the store had no room for it: tried again
        running,    // with the host
        replying,   // the reply is with the publisher, or is to be sent again
        replied     // it is confirmed
    };

    Serving(Servings& servings, ServedQueue& itsQueue) : owner(servings), queue(itsQueue) {}
    void begun(const std::string& worker) noexcept override;
    void progressed(const rpc::Progress& progress) noexcept override;
    void ended(rpc::End end) noexcept override;

    // Set at the arrival, then constant.
    Servings& owner;
    ServedQueue& queue;
    std::uint64_t serial = 0;
    rpc::CallId id;
    bool ofJob = false;
    bool stored = false;                       // its method is queued: the store takes it
    std::string replyTo;                       // empty: nobody waits
    std::optional<std::string> correlationId;  // as it came

    // Guarded by Servings' mutex.
    std::string key;              // finds it when it comes again; empty: it cannot be told
    std::vector<Ticket> tickets;  // of every copy that came
    Phase phase = Phase::running;
    std::optional<base::SteadyTime> dueAt;  // it is to be tried again then
    std::optional<base::SteadyTime> unsentSince;
    rpc::Call call;                       // until it runs
    Message copy;                         // while it is reposted
    std::string body;                     // of the reply
    bool tooLarge = false;                // the body says that the real reply was
    std::optional<rpc::Progress> latest;  // told, and not sent on yet
    bool cancelled = false;               // its end was asked for
    bool reported = false;                // its owner has been told that it runs

    // The host's thread's own.
    bool careful = false;  // an earlier run may have crashed: its owner knows before this one runs
    base::SteadyTime begunAt{};
    base::SteadyTime progressAt{};

    base::Semaphore told;  // the report's outcome is there
};

}  // namespace errand::transport_amqp
