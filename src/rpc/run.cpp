// SPDX-License-Identifier: Apache-2.0
#include "rpc/run.h"

#include "rpc/host.h"

namespace errand::rpc {

namespace {

// Each nested call takes a few hundred bytes of the worker's stack and those of its method: far
// less than the 8 MB there are, and deeper than any honest chain of services.
constexpr std::size_t maxNesting = 32;

}  // namespace

void Run::begin() noexcept {
    context_.begin(base::Clock::system().steady());
    if (observer_) observer_->begun({});
    Phase waiting = Phase::waiting;
    if (phase_.compare_exchange_strong(waiting, Phase::running)) return;
    if (observer_) observer_->ended({early_, {}, {}});
    phase_.store(Phase::over);
}

void Run::finish(Reply reply) noexcept {
    Phase running = Phase::running;
    if (!phase_.compare_exchange_strong(running, Phase::telling)) return;
    if (observer_) observer_->ended({End::Kind::reply, std::move(reply), {}});
    phase_.store(Phase::over);
}

void Run::refuse(End end) noexcept {
    Phase waiting = Phase::waiting;
    const bool first = phase_.compare_exchange_strong(waiting, Phase::telling);
    if (!first) end = {early_, {}, {}};
    if (observer_) observer_->ended(std::move(end));
    phase_.store(Phase::over);
}

CallObserver* Run::endEarly(End::Kind kind) noexcept {
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

CallId Run::cancel() {
    context_.cancel();
    for (Context* context : nested_) context->cancel();
    return outside_;
}

// Under the lane's lock: who ends the call early takes that first, and the observer may be gone
// then.
void Run::progressed(const Progress& progress) {
    const base::MutexLock lock(laneMutex_);
    if (observer_ && phase_.load() == Phase::running) observer_->progressed(progress);
}

Reply Run::callAndWait(Call call) {
    Context nested(std::move(call), *this);
    const bool here = host_.serves(nested.request().service);
    {
        const base::MutexLock lock(laneMutex_);
        if (nested_.size() == maxNesting) {
            return {ErrorReply{"RecursionError", "calls are nested too deep"}, {}};
        }
        nested_.push_back(&nested);
        if (context_.cancelled()) nested.cancel();
        if (!here) outside_ = nested.request().id;
    }
    Reply reply = here ? host_.runNested(nested) : host_.callOutside(nested);
    const base::MutexLock lock(laneMutex_);
    outside_.clear();
    nested_.pop_back();
    return reply;
}

}  // namespace errand::rpc
