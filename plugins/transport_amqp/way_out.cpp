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

class Sent : public Confirm {
public:
    explicit Sent(base::Semaphore& done, Published& outcome) : done_(done), outcome_(outcome) {}
    void published(Published outcome) noexcept override {
        outcome_ = outcome;
        done_.release();
    }

private:
    base::Semaphore& done_;
    Published& outcome_;
};

}  // namespace

rpc::Reply WayOut::callAndWait(const rpc::Context& nested) noexcept {
    const rpc::Call& call = nested.request();
    Waiting waiting;
    {
        const base::MutexLock lock(mutex_);
        waiting_.emplace(call.id, &waiting);
    }
    calls_.call(call, waiting);
    if (nested.cancelled()) calls_.cancel(call.id);
    rpc::End end = waiting.wait();
    {
        const base::MutexLock lock(mutex_);
        waiting_.erase(call.id);
    }
    return replyOf(std::move(end), call.service);
}

rpc::Reply WayOut::cast(rpc::Call call) noexcept {
    base::Semaphore done;
    Published outcome = Published::lost;
    publisher_.publish(wrapCall(call, exchange_, {}, false), true,
                       std::make_unique<Sent>(done, outcome));
    done.acquire();
    switch (outcome) {
        case Published::confirmed:
            return {};
        case Published::unroutable:
            return error("UnknownService", call.service);
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
}

}  // namespace errand::transport_amqp
