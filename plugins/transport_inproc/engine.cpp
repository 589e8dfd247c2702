// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include <Poco/Exception.h>

namespace errand::transport_inproc {

namespace {

rpc::Reply tryAgain(const std::string& reason) {
    return {rpc::TryAgainReply{reason, {}, rpc::Scope::job}, {}};
}

}  // namespace

Engine* Engine::create() {
    return new Engine;  // deletes itself in leave()
}

void Engine::leave() noexcept {
    if (holders_.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    const std::unique_ptr<Engine> last(this);
}

void Engine::open(rpc::JobSink& sink) {
    sink_.open(sink);
    deadlines_.start();
}

void Engine::serve(rpc::Service& service) {
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

Lane* Engine::findLane(const std::string& service) const noexcept {
    const Lanes* lanes = current_.load(std::memory_order_acquire);
    if (!lanes) return nullptr;
    for (Lane* lane : *lanes) {
        if (lane->name() == service) return lane;
    }
    return nullptr;
}

rpc::Reply Engine::runNested(rpc::Context& nested) {
    if (closed_.load()) return tryAgain("the node has stopped");
    const std::string& name = nested.request().service;
    const Lane* lane = findLane(name);
    if (!lane) return {rpc::ErrorReply{"UnknownService", name}, {}};
    nested.begin(base::Clock::system().steady());
    return answer(lane->service(), nested);
}

void Engine::call(rpc::Call call, rpc::CallObserver& observer) {
    Lane* lane = findLane(call.service);
    if (!lane) {
        observer.ended({rpc::End::Kind::unknownService, {}, {}});
    } else if (!lane->push(std::move(call), &observer)) {
        observer.ended({rpc::End::Kind::unavailable, {}, {}});
    }
}

void Engine::cancel(const rpc::CallId& call) {
    const Lanes* lanes = current_.load(std::memory_order_acquire);
    if (!lanes) return;
    for (Lane* lane : *lanes) {
        if (lane->cancel(call)) return;
    }
}

rpc::Reply Engine::answer(const rpc::Service& service, rpc::Context& context) {
    const rpc::Call& call = context.request();
    if (call.job) return service.handle(context);
    const rpc::Method* method = service.find(call.method);
    if (method && method->queued) return sink_.store(call);
    rpc::Reply reply = service.handle(context);
    // What is tried again casts again: nothing goes out yet.
    if (!reply.tryAgain()) sendCasts(context, reply);
    reply.casts.clear();
    return reply;
}

// All that can go do; the first that cannot is the reply.
void Engine::sendCasts(const rpc::Context& context, rpc::Reply& reply) {
    std::vector<rpc::Cast> casts = std::move(reply.casts);
    bool failed = false;
    for (rpc::Cast& cast : casts) {
        rpc::Reply sent = sendCast(context.onward(std::move(cast.service), std::move(cast.method),
                                                  std::move(cast.arguments)));
        if (sent.result() || failed) continue;
        failed = true;
        reply.answer = std::move(sent.answer);
    }
}

// A cast to a queued method is on disk when this returns: the reply that follows promises it.
rpc::Reply Engine::sendCast(rpc::Call call) {
    if (closed_.load()) return tryAgain("the node has stopped");
    const std::string name = call.service;
    Lane* lane = findLane(name);
    if (!lane) return {rpc::ErrorReply{"UnknownService", name}, {}};
    const rpc::Method* method = lane->service().find(call.method);
    if (method && method->queued) return sink_.store(call);
    if (lane->push(std::move(call), nullptr)) return {};
    return tryAgain("the service '" + name + "' takes no more calls");
}

void Engine::close(base::SteadyTime deadline) {
    for (const auto& lane : lanes_) lane->shut();
    for (const auto& lane : lanes_) lane->waitUntil(deadline);
    // Before the ends are told: a call that is being stored belongs to its caller still.
    sink_.close();
    closed_.store(true);
    for (const auto& lane : lanes_) lane->abandon();
    deadlines_.stop();
}

}  // namespace errand::transport_inproc
