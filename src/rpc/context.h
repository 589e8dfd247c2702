// SPDX-License-Identifier: Apache-2.0
// Context is what a running method knows of its call, and its way to other services.
//
// Threads: used by the thread that runs the method; cancel() may come from any other.
// Owns: its call and the casts collected so far; borrows the Caller.
// Errors: call() throws Error and TryAgain as the callee did.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "rpc/call.h"

namespace errand::rpc {

// Makes blocking calls for running methods: a service of the same node runs in the calling worker.
class Caller {
public:
    virtual ~Caller() = default;
    virtual Reply callAndWait(Call call) = 0;
    virtual void progressed(const Progress&) {}
};

class Context {
public:
    Context(Call call, Caller& caller) : call_(std::move(call)), caller_(caller) {}

    const Call& request() const noexcept { return call_; }

    // The job's id where the call is one's attempt, for names that must not change between
    // attempts.
    std::optional<base::Id> job() const;

    // Whether an earlier claim of the same job may have run already, wholly or in part.
    bool repeated() const noexcept { return call_.job && call_.job->claim > 1; }

    // What is left until the timeout; nullopt: no limit. REQUIRES begin().
    std::optional<std::chrono::milliseconds> timeLeft() const;

    // Whether someone asked for the end. A long method looks now and then, and throws Cancelled.
    bool cancelled() const noexcept { return cancelled_.load(std::memory_order_relaxed); }

    // Tells whoever watches the job how far it has come: 0 to 1, and in words. Cheap; the latest
    // counts.
    void progress(double fraction, std::string text = {});

    // Sends a call nobody awaits. Within a job it becomes a child job, committed with the outcome;
    // elsewhere it goes out before the reply does.
    void cast(std::string service, std::string method, Arguments arguments);

    // Calls another service and waits for its result, as JSON text.
    std::string call(std::string service, std::string method, Arguments arguments);

    // A call that this one makes: with an id of its own, this one's context data, its call id stack
    // one longer, and no job header.
    Call onward(std::string service, std::string method, Arguments arguments) const;

    // For transports: the method starts now; someone wants its end; what was cast.
    void begin(base::SteadyTime now) noexcept { begun_ = now; }
    void cancel() noexcept { cancelled_.store(true, std::memory_order_relaxed); }
    std::vector<Cast> takeCasts() noexcept { return std::move(casts_); }

private:
    // Set in the constructor, then constant.
    const Call call_;
    Caller& caller_;

    // The method's thread's own, but for the flag.
    base::SteadyTime begun_{};
    std::atomic<bool> cancelled_{false};  // set by another thread, read by the method's
    std::vector<Cast> casts_;
};

}  // namespace errand::rpc
