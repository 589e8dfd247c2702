// SPDX-License-Identifier: Apache-2.0
#include "rpc/host.h"

#include <Poco/Exception.h>

namespace errand::rpc {

namespace {

Reply tryAgain(const std::string& reason) {
    return {TryAgainReply{reason, {}, Scope::job}, {}};
}

}  // namespace

Host* Host::create() {
    return new Host;  // deletes itself in leave()
}

void Host::leave() noexcept {
    if (holders_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    const std::unique_ptr<Host> last(this);
}

void Host::open(JobSink& sink, Outside* outside) {
    sink_.open(sink);
    hasOutside_ = outside != nullptr;
    if (hasOutside_) outside_.open(*outside);
    deadlines_.start();
}

void Host::serve(Service& service) {
    if (findLane(service.name())) {
        throw Poco::ExistsException("the service '" + service.name() + "' is served already");
    }
    lanes_.push_back(std::make_unique<Lane>(*this, deadlines_, service));
    lanes_.back()->start();
    auto lanes = std::make_unique<Lanes>();
    for (const auto& lane : lanes_) lanes->push_back(lane.get());
    current_.store(lanes.get(), std::memory_order_release);
    published_.push_back(std::move(lanes));
}

Lane* Host::findLane(const std::string& service) const noexcept {
    const Lanes* lanes = current_.load(std::memory_order_acquire);
    if (!lanes) return nullptr;
    for (Lane* lane : *lanes) {
        if (lane->name() == service) return lane;
    }
    return nullptr;
}

Reply Host::runNested(Context& nested) {
    if (closed_.load()) return tryAgain("the node has stopped");
    const std::string& name = nested.request().service;
    const Lane* lane = findLane(name);
    if (!lane) return {ErrorReply{"UnknownService", name}, {}};
    nested.begin(base::Clock::system().steady());
    return answer(lane->service(), nested);
}

void Host::call(Call call, CallObserver& observer) {
    Lane* lane = findLane(call.service);
    if (!lane) {
        observer.ended({End::Kind::unknownService, {}, {}});
    } else if (!lane->push(std::move(call), &observer)) {
        observer.ended({End::Kind::unavailable, {}, {}});
    }
}

bool Host::cancel(const CallId& call) {
    const Lanes* lanes = current_.load(std::memory_order_acquire);
    if (!lanes) return false;
    for (Lane* lane : *lanes) {
        if (lane->cancel(call)) return true;
    }
    return false;
}

// In a process of its own a job's owner sees to that: it holds back all other calls.
bool Host::enterSolo(const Call& call) {
    return !hasOutside_ || solo_.enter(call.job && call.job->alone);
}

void Host::leaveSolo(const Call& call) {
    if (hasOutside_) solo_.leave(call.job && call.job->alone);
}

Reply Host::callOutside(const Context& nested) {
    if (!hasOutside_) return {ErrorReply{"UnknownService", nested.request().service}, {}};
    auto reply = outside_.use([&](Outside& way) { return way.callAndWait(nested); });
    return reply ? std::move(*reply) : tryAgain("the node has stopped");
}

void Host::cancelOutside(const CallId& call) {
    outside_.use([&](Outside& way) {
        way.cancel(call);
        return true;
    });
}

Reply Host::store(const Call& call) {
    auto reply = sink_.use([&](JobSink& sink) { return sink.store(call); });
    return reply ? std::move(*reply) : tryAgain("the node is stopping");
}

Reply Host::answer(const Service& service, Context& context) {
    const Call& call = context.request();
    if (call.job) return service.handle(context);
    const Method* method = service.find(call.method);
    if (method && method->queued) return store(call);
    Reply reply = service.handle(context);
    // What is tried again casts again: nothing goes out yet.
    if (!reply.tryAgain()) sendCasts(context, reply);
    reply.casts.clear();
    return reply;
}

// All that can go do; the first that cannot is the reply.
void Host::sendCasts(const Context& context, Reply& reply) {
    std::vector<Cast> casts = std::move(reply.casts);
    bool failed = false;
    int ordinal = 0;
    for (Cast& cast : casts) {
        Call call = context.onward(std::move(cast.service), std::move(cast.method),
                                   std::move(cast.arguments));
        // A call that comes twice casts twice, under the same ids.
        const std::string name = context.request().id + '/' + std::to_string(ordinal++);
        if (hasOutside_) call.id = base::Id::derive(name).toString();
        Reply sent = sendCast(std::move(call));
        if (sent.result() || failed) continue;
        failed = true;
        reply.answer = std::move(sent.answer);
    }
}

// A cast to a queued method is on disk when this returns: the reply that follows promises it.
Reply Host::sendCast(Call call) {
    if (closed_.load()) return tryAgain("the node has stopped");
    if (hasOutside_) {
        auto sent = outside_.use([&](Outside& way) { return way.cast(std::move(call)); });
        return sent ? std::move(*sent) : tryAgain("the node has stopped");
    }
    const std::string name = call.service;
    Lane* lane = findLane(name);
    if (!lane) return {ErrorReply{"UnknownService", name}, {}};
    const Method* method = lane->service().find(call.method);
    if (method && method->queued) return store(call);
    if (lane->push(std::move(call), nullptr)) return {};
    return tryAgain("the service '" + name + "' takes no more calls");
}

void Host::close(base::SteadyTime deadline) {
    for (const auto& lane : lanes_) lane->shut();
    for (const auto& lane : lanes_) lane->waitUntil(deadline);
    // Before the ends are told: a call that is being stored belongs to its caller still.
    sink_.close();
    outside_.use([](Outside& way) {
        way.close();
        return true;
    });
    outside_.close();
    closed_.store(true);
    solo_.close();
    for (const auto& lane : lanes_) lane->abandon();
    deadlines_.stop();
}

}  // namespace errand::rpc
