// SPDX-License-Identifier: Apache-2.0
// Engine is all that the workers' threads use: the lanes, the deadlines, the way to the sink. It
// lives until the last of them has left, so that one which hangs in a method beyond close() finds
// it there when the method returns.
//
// Threads: call, cancel, answer, runNested, enter and leave may be called from any thread; open,
//          serve and close belong to the transport's owner.
// Owns: the lanes; borrows services, observers and the sink until close(). It is held by counting
//       (enter, leave) and deletes itself.
// Errors: serve throws Poco::ExistsException for a service served already.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "deadlines.h"
#include "lane.h"
#include "rpc/transport.h"
#include "sink_gate.h"

namespace errand::transport_inproc {

class Engine {
public:
    // The first holder is whoever calls this: it must leave().
    static Engine* create();

    // One more thread uses the engine; one uses it no longer. The last one deletes it.
    void enter() noexcept { holders_.fetch_add(1, std::memory_order_relaxed); }
    void leave() noexcept;

    void open(rpc::JobSink& sink);
    void serve(rpc::Service& service);
    void call(rpc::Call call, rpc::CallObserver& observer);
    void cancel(const rpc::CallId& call);
    void close(base::SteadyTime deadline);

    // Runs a call that a method makes, in the method's thread.
    rpc::Reply runNested(rpc::Context& nested);

    // Runs the call in this thread. Without a job header a queued method's call is stored, and the
    // casts of any other are on their way when this returns.
    rpc::Reply answer(const rpc::Service& service, rpc::Context& context);

private:
    using Lanes = std::vector<Lane*>;

    Engine() = default;
    ~Engine() = default;
    friend std::default_delete<Engine>;

    Lane* findLane(const std::string& service) const noexcept;
    void sendCasts(const rpc::Context& context, rpc::Reply& reply);
    rpc::Reply sendCast(rpc::Call call);

    std::atomic<int> holders_{1};
    SinkGate sink_;
    Deadlines deadlines_;

    // The owner's thread's own.
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::vector<std::unique_ptr<const Lanes>> published_;  // every one: some thread may read it

    // The newest of published_: a call finds its lane without a lock.
    std::atomic<const Lanes*> current_{nullptr};

    // A method that hung beyond close() reaches no other service: it may be gone.
    std::atomic<bool> closed_{false};
};

}  // namespace errand::transport_inproc
