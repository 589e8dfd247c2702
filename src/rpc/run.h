// SPDX-License-Identifier: Apache-2.0
// Run is one call from its arrival to its end. It tells the observer, once, whoever ends it first:
// the method's return, the deadline or the close.
//
// Threads: begin, finish and callAndWait belong to the worker that runs it; what names the lane's
//          lock is called with that held, from any thread.
// Owns: the call, inside its context; borrows the observer until it has told the end.
// Errors: none.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "base/mutex.h"
#include "rpc/context.h"
#include "rpc/transport.h"

namespace errand::rpc {

class Host;

class Run final : public Caller {
public:
    // `observer` is null for a cast. `laneMutex` is that of the lane which holds this.
    Run(Host& host, base::Mutex& laneMutex, Call call, CallObserver* observer)
        : host_(host),
          laneMutex_(laneMutex),
          observer_(observer),
          context_(std::move(call), *this) {}

    const Call& request() const noexcept { return context_.request(); }
    Context& context() noexcept { return context_; }
    CallObserver* observer() const noexcept { return observer_; }

    // Its place in the lane's order. Under the lane's lock.
    std::uint64_t sequence() const noexcept { return sequence_; }
    void setSequence(std::uint64_t sequence) noexcept { sequence_ = sequence; }

    // Tells that the method begins.
    void begin() noexcept;

    // Tells the reply, unless the call has ended without it.
    void finish(Reply reply) noexcept;

    // Ends a call that a worker has: its reply, when it comes, is dropped. Returns the observer
    // that the caller must tell once the lane's lock is free; null when there is none to tell, or
    // when the worker will. Under the lane's lock.
    CallObserver* endEarly(End::Kind kind) noexcept;

    // Whether the worker is telling the end right now, or is about to. Under the lane's lock.
    bool isTelling() const noexcept;

    // Tells this instead of the beginning, for a call that may not begin.
    void refuse(End end) noexcept;

    // Raises the flag of this call's context and of those nested in it. Returns the call outside
    // that the method waits for, which the caller must cancel once the lane's lock is free; empty:
    // none. Under the lane's lock.
    CallId cancel();

    // Runs the callee in this worker, or sends the call outside.
    Reply callAndWait(Call call) override;

    void progressed(const Progress& progress) override;

private:
    // The way of a call that a worker has. `waiting` is also that of one in the queue.
    enum class Phase : std::uint8_t {
        waiting,    // until the observer has heard that it begins
        running,    // the method runs
        overtaken,  // ended while the observer heard of the beginning: the worker tells early_
        telling,    // the worker tells the reply
        over        // the observer has heard the end, or whoever made it so tells it
    };

    // Set in the constructor, then constant.
    Host& host_;
    base::Mutex& laneMutex_;
    CallObserver* const observer_;

    // Guarded by the lane's mutex.
    std::uint64_t sequence_ = 0;
    std::vector<Context*> nested_;  // the calls within this one, the innermost last
    CallId outside_;                // what the innermost waits for; empty: nothing

    // Atomic, so that a call's way costs no lock: who moves it on from running tells the end.
    std::atomic<Phase> phase_{Phase::waiting};
    End::Kind early_ = End::Kind::timeout;  // written before phase_ becomes overtaken

    Context context_;  // the worker's, but for its cancel flag
};

}  // namespace errand::rpc
