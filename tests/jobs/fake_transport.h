// SPDX-License-Identifier: Apache-2.0
// FakeTransport keeps the calls it is given and lets the test begin and end them, one by one.
//
// Threads: call and cancel come from any thread; the test uses the rest from its own.
// Owns: copies of the calls; borrows the observers until they have heard the end.
// Errors: waits give up after 20 s with an exception, which only a failing test sees.
#pragma once

#include <atomic>
#include <deque>
#include <stdexcept>

#include "base/mutex.h"
#include "jobs/eventually.h"
#include "rpc/transport.h"

namespace errand::tests {

inline rpc::End replied(rpc::Reply reply) {
    return {rpc::End::Kind::reply, std::move(reply), {}};
}
inline rpc::End succeeded(const std::string& json = "null", std::vector<rpc::Cast> casts = {}) {
    return replied({rpc::ResultReply{json}, std::move(casts)});
}
inline rpc::End failed(const std::string& type, const std::string& text,
                       std::vector<rpc::Cast> casts = {}) {
    return replied({rpc::ErrorReply{type, text}, std::move(casts)});
}
inline rpc::End triedInVain(rpc::Scope scope,
                            std::optional<std::chrono::milliseconds> after = std::nullopt) {
    return replied({rpc::TryAgainReply{"not now", after, scope}, {}});
}
inline rpc::End of(rpc::End::Kind kind) {
    return {kind, {}, {}};
}

class FakeTransport : public rpc::Transport {
public:
    using Answer = std::function<std::optional<rpc::End>(const rpc::Call&)>;

    // From now on calls begin and end in call() itself, where the answer has an end for them.
    void answerWith(Answer answer) {
        const base::MutexLock lock(mutex_);
        answer_ = std::move(answer);
    }

    void open(const rpc::Settings&, rpc::JobSink&) override {}
    void serve(rpc::Service&) override {}
    rpc::Health health() const override {
        const bool connected = connected_.load();
        return {connected, connected ? "" : "broker"};
    }
    bool attach(rpc::Call call, const rpc::Attachment& known,
                rpc::CallObserver& observer) override {
        if (!attaches_) return false;
        const base::MutexLock lock(mutex_);
        held_.push_back({std::move(call), &observer, !known.begun.empty()});
        attached_.push_back(known);
        changed_.notifyAll();
        return true;
    }

    // Calls of an earlier run have survived; set before the engine starts.
    void survive() { attaches_ = true; }
    std::vector<rpc::Attachment> attached() {
        const base::MutexLock lock(mutex_);
        return attached_;
    }

    // From now on the broker is away.
    void setConnected(bool connected) { connected_.store(connected); }

    // Like a transport to other processes, where calls survive; like in-process elsewhere.
    bool forget(const rpc::CallId& call) noexcept override {
        if (!attaches_) return false;
        const base::MutexLock lock(mutex_);
        for (Held& held : held_) {
            if (held.call.id != call || held.observer == nullptr) continue;
            held.observer = nullptr;
            return true;
        }
        return false;
    }

    void call(rpc::Call call, rpc::CallObserver& observer) override {
        std::optional<rpc::End> end;
        Answer answer;
        {
            const base::MutexLock lock(mutex_);
            answer = answer_;
            if (closed_) end = of(rpc::End::Kind::unavailable);
        }
        if (answer && !end) end = answer(call);
        if (end && end->kind == rpc::End::Kind::reply) observer.begun({});
        {
            const base::MutexLock lock(mutex_);
            held_.push_back({std::move(call), end ? nullptr : &observer, false});
            changed_.notifyAll();
        }
        if (end) observer.ended(std::move(*end));
    }

    void cancel(const rpc::CallId& call) noexcept override {
        const base::MutexLock lock(mutex_);
        cancelled_.push_back(call);
        changed_.notifyAll();
    }

    void close(base::SteadyTime) noexcept override {
        {
            const base::MutexLock lock(mutex_);
            closed_ = true;
        }
        for (std::size_t i = 0; i < count(); ++i) {
            if (isHeld(i)) end(i, of(rpc::End::Kind::detached));
        }
    }

    std::size_t count() {
        const base::MutexLock lock(mutex_);
        return held_.size();
    }

    // The call of that number, from 0, in the order they came; waits for it.
    rpc::Call waitCall(std::size_t number) {
        const base::MutexLock lock(mutex_);
        waitFor([&]() REQUIRES(mutex_) { return held_.size() > number; }, "no call");
        return held_[number].call;
    }

    // Waits until someone wants the end of that call.
    void waitCancel(std::size_t number) {
        const base::MutexLock lock(mutex_);
        waitFor(
            [&]() REQUIRES(mutex_) {
                return std::find(cancelled_.begin(), cancelled_.end(), held_.at(number).call.id) !=
                       cancelled_.end();
            },
            "no cancel");
    }

    std::vector<rpc::CallId> cancelled() {
        const base::MutexLock lock(mutex_);
        return cancelled_;
    }

    // The method begins; ends; or both. Waits for the call.
    void begin(std::size_t number, const std::string& worker = {}) {
        observerOf(number, false).begun(worker);
    }
    void end(std::size_t number, rpc::End end) { observerOf(number, true).ended(std::move(end)); }
    // The broker has the call; its method has come so far.
    void send(std::size_t number) { listenerTo(number).sent(); }
    void progress(std::size_t number, double fraction, const std::string& text) {
        listenerTo(number).progressed({fraction, text});
    }
    void run(std::size_t number, rpc::End last) {
        begin(number);
        end(number, std::move(last));
    }

private:
    struct Held {
        rpc::Call call;
        rpc::CallObserver* observer;  // null once it has heard the end
        bool begun;
    };

    bool isHeld(std::size_t number) {
        const base::MutexLock lock(mutex_);
        return held_.at(number).observer != nullptr;
    }

    rpc::CallObserver& listenerTo(std::size_t number) {
        const base::MutexLock lock(mutex_);
        waitFor([&]() REQUIRES(mutex_) { return held_.size() > number; }, "no call");
        if (held_[number].observer == nullptr) throw std::logic_error("that call has ended");
        return *held_[number].observer;
    }

    rpc::CallObserver& observerOf(std::size_t number, bool last) {
        const base::MutexLock lock(mutex_);
        waitFor([&]() REQUIRES(mutex_) { return held_.size() > number; }, "no call");
        Held& held = held_[number];
        rpc::CallObserver* observer = held.observer;
        if (observer == nullptr) throw std::logic_error("that call has ended");
        if (!last && held.begun) throw std::logic_error("that call has begun");
        held.begun = true;
        if (last) held.observer = nullptr;
        return *observer;
    }

    template <class Predicate>
    void waitFor(Predicate predicate, const char* otherwise) REQUIRES(mutex_) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (!predicate()) {
            if (!changed_.waitUntil(mutex_, deadline)) throw std::runtime_error(otherwise);
        }
    }

    base::Mutex mutex_;
    base::Condition changed_;
    Answer answer_ GUARDED_BY(mutex_);
    bool closed_ GUARDED_BY(mutex_) = false;
    std::vector<rpc::Attachment> attached_ GUARDED_BY(mutex_);
    std::atomic<bool> attaches_{false};  // set by the test, read by the engine's threads
    std::atomic<bool> connected_{true};  // likewise
    std::deque<Held> held_ GUARDED_BY(mutex_);
    std::vector<rpc::CallId> cancelled_ GUARDED_BY(mutex_);
};

}  // namespace errand::tests
