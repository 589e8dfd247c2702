// SPDX-License-Identifier: Apache-2.0
#include "way_out.h"

#include "base/semaphore.h"
#include "envelope.h"

namespace errand::transport_amqp {

class WayOut::Waiting : public rpc::CallObserver {
public:
    void begun(const std::string&) noexcept override {}
    void ended(rpc::End end) noexcept override {
        end_ = std::move(end);
        done_.release();
    }
    rpc::End wait() {
        done_.acquire();
        return std::move(end_);
    }

private:
    rpc::End end_;
    base::Semaphore done_;
};

namespace {

rpc::Reply error(std::string type, std::string text) {
    return {rpc::ErrorReply{std::move(type), std::move(text)}, {}};
}

rpc::Reply tryAgain(const std::string& reason) {
    return {rpc::TryAgainReply{reason, {}, rpc::Scope::job}, {}};
}

// What a method sees of a call's end.
rpc::Reply replyOf(rpc::End end, const std::string& service) {
    switch (end.kind) {
        case rpc::End::Kind::reply:
            return std::move(end.reply);
        case rpc::End::Kind::timeout:
            return error("Timeout", "no answer from '" + service + "' in time");
        case rpc::End::Kind::unknownService:
            return error("UnknownService", service);
        case rpc::End::Kind::unavailable:
        case rpc::End::Kind::overdue:
        case rpc::End::Kind::lost:
            return tryAgain("the service '" + service + "' cannot be reached");
        case rpc::End::Kind::detached:
            break;
    }
    return tryAgain("the node is stopping");
}

}  // namespace

// A cast that waits for the broker's word.
struct WayOut::Casting {
    base::Semaphore done;
    Published outcome = Published::lost;
};

class WayOut::Sent : public Confirm {
public:
    Sent(WayOut& way, std::uint64_t cast) : way_(way), cast_(cast) {}
    void published(Published outcome) noexcept override { way_.sent(cast_, outcome); }

private:
    WayOut& way_;
    const std::uint64_t cast_;
};

void WayOut::sent(std::uint64_t cast, Published outcome) {
    const base::MutexLock lock(mutex_);
    const auto place = casting_.find(cast);
    if (place == casting_.end()) return;
    place->second->outcome = outcome;
    place->second->done.release();
    casting_.erase(place);
}

rpc::Reply WayOut::callAndWait(const rpc::Context& nested) noexcept {
    const rpc::Call& call = nested.request();
    Waiting waiting;
    {
        const base::MutexLock lock(mutex_);
        waiting_.emplace(call.id, &waiting);
    }
    calls_.call(call, waiting, true);
    if (nested.cancelled()) calls_.cancel(call.id);
    rpc::End end = waiting.wait();
    {
        const base::MutexLock lock(mutex_);
        waiting_.erase(call.id);
    }
    return replyOf(std::move(end), call.service);
}

rpc::Reply WayOut::cast(rpc::Call call) noexcept {
    Casting casting;
    std::uint64_t number = 0;
    {
        const base::MutexLock lock(mutex_);
        if (closed_) return tryAgain("the node is stopping");
        number = ++lastCast_;
        casting_.emplace(number, &casting);
    }
    publisher_.publish(wrapCall(call, exchange_, {}, false), true,
                       std::make_unique<Sent>(*this, number));
    casting.done.acquire();
    switch (casting.outcome) {
        case Published::confirmed:
            return {};
        case Published::unroutable:
            return error("UnknownService", call.service);
        case Published::tooLarge:
            return error("MessageTooLarge",
                         "the call of '" + call.service + "' is more than the broker takes");
        case Published::refused:
        case Published::lost:
            break;
    }
    return tryAgain("the broker did not take a call of '" + call.service + "'");
}

void WayOut::close() noexcept {
    const base::MutexLock lock(mutex_);
    for (const auto& [call, waiting] : waiting_) {
        if (calls_.forget(call)) waiting->ended({rpc::End::Kind::detached, {}, {}});
    }
    closed_ = true;
    for (const auto& [number, casting] : casting_) casting->done.release();
    casting_.clear();
}

}  // namespace errand::transport_amqp
