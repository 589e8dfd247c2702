// SPDX-License-Identifier: Apache-2.0
// Host runs the services of this process for a transport: a queue and workers each, and their way
// to each other, to the sink and, where the transport has one, to other processes. It lives until
// the last worker has left, so that one which hangs in a method beyond close() finds it there when
// the method returns.
//
// Threads: call, cancel, answer, enter and leave may be called from any thread, and so may what
//          Run uses; open, serve and close belong to the transport's owner.
// Owns: the lanes; borrows services, observers, the sink and the outside until close(). It is held
//       by counting (enter, leave) and deletes itself.
// Errors: serve throws Poco::ExistsException for a service served already.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "rpc/borrowed.h"
#include "rpc/deadlines.h"
#include "rpc/lane.h"
#include "rpc/outside.h"
#include "rpc/solo.h"
#include "rpc/transport.h"

namespace errand::rpc {

class Host {
public:
    // The first holder is whoever calls this: it must leave().
    static Host* create();

    // One more thread uses the host; one uses it no longer. The last one deletes it.
    void enter() noexcept { holders_.fetch_add(1, std::memory_order_relaxed); }
    void leave() noexcept;

    // Without an outside, all there is to call is served here.
    void open(JobSink& sink, Outside* outside);

    void serve(Service& service);

    // Queues the call for its service. It may end in here: unknownService for one that is not
    // served here, unavailable for one that takes no more.
    void call(Call call, CallObserver& observer);

    // Ends a call that waits, raises the flag of one that runs. False: it is not here.
    bool cancel(const CallId& call);

    // See Transport::close.
    void close(base::SteadyTime deadline);

    // For Lane: waits until the call may begin beside the others; false: it may not.
    bool enterSolo(const Call& call);
    void leaveSolo(const Call& call);
    bool closed() const noexcept { return closed_.load(); }

    // For Run: whether the service is served here; a call that a method makes, run in its thread
    // or sent outside; its end is wanted.
    bool serves(const std::string& service) const noexcept { return findLane(service) != nullptr; }
    Reply runNested(Context& nested);
    Reply callOutside(const Context& nested);
    void cancelOutside(const CallId& call);

    // Runs the call in this thread. Without a job header a queued method's call is stored, and the
    // casts of any other are on their way when this returns.
    Reply answer(const Service& service, Context& context);

private:
    using Lanes = std::vector<Lane*>;

    Host() = default;
    ~Host() = default;
    friend std::default_delete<Host>;

    Lane* findLane(const std::string& service) const noexcept;
    Reply store(const Call& call);
    void sendCasts(const Context& context, Reply& reply);
    Reply sendCast(Call call);

    std::atomic<int> holders_{1};
    Borrowed<JobSink> sink_;
    Borrowed<Outside> outside_;
    Deadlines deadlines_;
    Solo solo_;

    // Set by open, then constant.
    bool hasOutside_ = false;

    // The owner's thread's own.
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::vector<std::unique_ptr<const Lanes>> published_;  // every one: some thread may read it

    // The newest of published_: a call finds its lane without a lock.
    std::atomic<const Lanes*> current_{nullptr};

    // A method that hung beyond close() reaches no other service: it may be gone.
    std::atomic<bool> closed_{false};
};

}  // namespace errand::rpc
