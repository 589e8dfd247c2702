// SPDX-License-Identifier: Apache-2.0
#include "run.h"

#include "engine.h"

namespace errand::transport_inproc {

namespace {

// Each nested call takes a few hundred bytes of the worker's stack and those of its method: far
// less than the 8 MB there are, and deeper than any honest chain of services.
constexpr std::size_t maxNesting = 32;

}  // namespace

void Run::begin() noexcept {
    context_.begin(base::Clock::system().steady());
    if (observer_) observer_->begun();
    Phase waiting = Phase::waiting;
    if (phase_.compare_exchange_strong(waiting, Phase::running)) return;
    if (observer_) observer_->ended({early_, {}, {}});
    phase_.store(Phase::over);
}

void Run::finish(rpc::Reply reply) noexcept {
    Phase running = Phase::running;
    if (!phase_.compare_exchange_strong(running, Phase::telling)) return;
    if (observer_) observer_->ended({rpc::End::Kind::reply, std::move(reply), {}});
    phase_.store(Phase::over);
}

rpc::CallObserver* Run::endEarly(rpc::End::Kind kind) noexcept {
    Phase phase = Phase::waiting;
    // Only here is early_ written, and the lane's lock lets one in at a time.
    if (phase_.load() == Phase::waiting) early_ = kind;
    if (phase_.compare_exchange_strong(phase, Phase::overtaken)) return nullptr;
    phase = Phase::running;
    return phase_.compare_exchange_strong(phase, Phase::over) ? observer_ : nullptr;
}

bool Run::isTelling() const noexcept {
    const Phase phase = phase_.load();
    return phase == Phase::overtaken || phase == Phase::telling;
}

void Run::cancel() noexcept {
    context_.cancel();
    for (rpc::Context* context : nested_) context->cancel();
}

rpc::Reply Run::callAndWait(rpc::Call call) {
    rpc::Context nested(std::move(call), *this);
    {
        const base::MutexLock lock(laneMutex_);
        if (nested_.size() == maxNesting) {
            return {rpc::ErrorReply{"RecursionError", "calls are nested too deep"}, {}};
        }
        nested_.push_back(&nested);
        if (context_.cancelled()) nested.cancel();
    }
    rpc::Reply reply = engine_.runNested(nested);
    const base::MutexLock lock(laneMutex_);
    nested_.pop_back();
    return reply;
}

}  // namespace errand::transport_inproc
