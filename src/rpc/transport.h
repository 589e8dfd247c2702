// SPDX-License-Identifier: Apache-2.0
// Transport carries a Call to the service it names and brings its Reply back. It is implemented in
// plugins/; tests/rpc/transport_contract.cpp defines it: every plugin passes that suite unchanged.
//
// Threads: open, serve and close belong to the owner's thread; call, attach, cancel and health may
//          be called from any. Observers are told on the transport's threads or the caller's.
// Owns: nothing given to it: services, observers and the sink are borrowed, and outlive close(); an
//       observer need not outlive its call's end.
// Errors: open and serve throw Poco exceptions; what goes wrong with a call is told to its
//         observer.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "rpc/call.h"

namespace errand::rpc {

class Service;

// The plugin's own keys, its prefix removed.
using Settings = std::map<std::string, std::string>;

// How a call ended. Exactly one a call.
struct End {
    enum class Kind {
        reply,           // `reply` holds it
        timeout,         // its deadline passed; the method may still run
        unavailable,     // nobody serves that service now; it has not begun
        unknownService,  // nobody knows that service; it has not begun
        detached         // the transport closed; whether it ran is not known here
    };
    Kind kind = Kind::unavailable;
    Reply reply;
    std::function<void()> acknowledge;  // call once the outcome is on disk; may be empty
};

// Hears of one call: begun at most once, then exactly one end. Neither may block.
class CallObserver {
public:
    virtual ~CallObserver() = default;
    virtual void begun() noexcept = 0;
    virtual void ended(End end) noexcept = 0;
};

// Where a call without a job header goes when its method is marked queued: onto disk.
class JobSink {
public:
    virtual ~JobSink() = default;
    // Stores the call as a job and returns once it is on disk: ResultReply null, or the error.
    virtual Reply store(const Call& call) noexcept = 0;
};

struct Health {
    bool connected = true;
    std::string missing;  // what is away, in words; empty when all is well
};

class Transport {
public:
    virtual ~Transport() = default;

    // Connects or starts connecting. Settings it does not know throw
    // Poco::InvalidArgumentException.
    virtual void open(const Settings& settings, JobSink& sink) = 0;

    // Starts answering calls for service.name() on service.workers() workers. REQUIRES open.
    virtual void serve(Service& service) = 0;

    // Sends the call. Asynchronous: costs the caller no thread. The observer may hear its end
    // before this returns. After close() it is `unavailable`.
    virtual void call(Call call, CallObserver& observer) = 0;

    // Listens for the end of a call that an earlier run of this node sent. False: it did not
    // survive.
    virtual bool attach(const CallId& call, base::SteadyTime deadline, CallObserver& observer) = 0;

    // Tells whoever runs the call that its end is wanted (Context::cancelled); a call that has not
    // begun may end `unavailable` instead. Nothing when nobody has the call.
    virtual void cancel(const CallId& call) noexcept = 0;

    virtual Health health() const = 0;

    // Ends what has not begun with `detached`, waits until `deadline` for what runs, ends the rest
    // with `detached` too and returns. May be called twice. What then still hangs is left to
    // itself, within its service: the owner ends the process and destroys no service before.
    virtual void close(base::SteadyTime deadline) noexcept = 0;
};

}  // namespace errand::rpc
