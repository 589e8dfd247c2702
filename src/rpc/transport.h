// SPDX-License-Identifier: Apache-2.0
// Transport carries a Call to the service it names and brings its Reply back. It is implemented in
// plugins/; tests/rpc/transport_contract.cpp defines it: every plugin passes that suite unchanged.
//
// Threads: open, serve, start and close belong to the owner's thread; call, attach, cancel and
// health may
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
        overdue,         // its window passed before it began
        unknownService,  // nobody knows that service; it has not begun
        lost,            // the process that had begun it died
        detached         // the transport closed; whether it ran is not known here
    };
    Kind kind = Kind::unavailable;
    Reply reply;
    std::function<void()> acknowledge;  // call once the outcome is on disk; may be empty
};

// Hears of one call: sent and begun at most once each, progress any number of times, then exactly
// one end. None may block.
class CallObserver {
public:
    virtual ~CallObserver() = default;
    // The call is where it survives this process. Calls within the process never are.
    virtual void sent() noexcept {}
    // The method runs, in the process of that name; empty: in this one.
    virtual void begun(const std::string& worker) noexcept = 0;
    virtual void progressed(const Progress&) noexcept {}
    virtual void ended(End end) noexcept = 0;
};

// What is known of a call that an earlier run of this node made.
struct Attachment {
    bool sent = false;  // false: in doubt, so it is sent again under the same id
    std::string begun;  // the worker that has begun it; empty: none is known
};

// Where a call without a job header goes when its method is marked queued: onto disk.
class JobSink {
public:
    virtual ~JobSink() = default;
    // Stores the call as a job and returns once it is on disk: ResultReply null, or the error.
    virtual Reply store(const Call& call) noexcept = 0;
};

struct Health {
    bool connected = true;  // and all replies that waited meanwhile have been told
    std::string missing;    // what is away, in words; empty when all is well
};

class Transport {
public:
    virtual ~Transport() = default;

    // Connects or starts connecting. Settings it does not know throw
    // Poco::InvalidArgumentException.
    virtual void open(const Settings& settings, JobSink& sink) = 0;

    // Starts answering calls for service.name() on service.workers() workers. REQUIRES open.
    virtual void serve(Service& service) = 0;

    // All that is to be attached and served is: from here on the ends of calls of other processes
    // are told.
    virtual void start() {}

    // Sends the call. Asynchronous: costs the caller no thread. The observer may hear its end
    // before this returns. After close() it is `unavailable`.
    virtual void call(Call call, CallObserver& observer) = 0;

    // Listens for the end of a call that an earlier run of this node made. False: no call survives
    // its process here. REQUIRES open, and that start() comes later.
    virtual bool attach(Call call, const Attachment& known, CallObserver& observer) = 0;

    // Tells whoever runs the call that its end is wanted (Context::cancelled); a call that has not
    // begun may end `unavailable` instead. Nothing when nobody has the call.
    virtual void cancel(const CallId& call) noexcept = 0;

    // The caller waits no longer. True: the observer hears nothing more. False: it hears the end
    // still, or is hearing it.
    virtual bool forget(const CallId& call) noexcept = 0;

    virtual Health health() const = 0;

    // Ends what has not begun with `detached`, waits until `deadline` for what runs, ends the rest
    // with `detached` too and returns. May be called twice. What then still hangs is left to
    // itself, within its service: the owner ends the process and destroys no service before.
    virtual void close(base::SteadyTime deadline) noexcept = 0;
};

}  // namespace errand::rpc
