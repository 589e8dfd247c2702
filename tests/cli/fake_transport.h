// SPDX-License-Identifier: Apache-2.0
// FakeTransport ends each call as the test has said, or not before it is told to.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <vector>

#include "rpc/transport.h"

namespace errand::cli {

class FakeTransport : public rpc::Transport {
public:
    using Answer = std::function<std::optional<rpc::End>(const rpc::Call&)>;
    explicit FakeTransport(Answer answer = {}) : answer_(std::move(answer)) {}

    void open(const rpc::Settings& settings, rpc::JobSink&) override {
        opened = settings;
        if (refusal) refusal();
    }
    void serve(rpc::Service&) override { throw std::logic_error("a client serves nothing"); }
    bool attach(rpc::Call, const rpc::Attachment&, rpc::CallObserver&) override { return false; }
    rpc::Health health() const override { return state; }

    void call(rpc::Call call, rpc::CallObserver& observer) override {
        calls.push_back(call);
        std::optional<rpc::End> end = answer_ ? answer_(call) : std::nullopt;
        if (end) {
            observer.ended(std::move(*end));
        } else {
            pending = &observer;
        }
    }

    void cancel(const rpc::CallId& call) noexcept override { cancelled.push_back(call); }

    // As over a broker; or, where the call cannot be forgotten, it ends at once.
    bool forget(const rpc::CallId&) noexcept override {
        if (forgets) return true;
        pending->ended({rpc::End::Kind::unavailable, {}, {}});
        return false;
    }

    void close(base::SteadyTime) noexcept override {}

    rpc::Settings opened;
    rpc::Health state;
    std::function<void()> refusal;
    std::vector<rpc::Call> calls;
    std::vector<rpc::CallId> cancelled;
    bool forgets = true;
    rpc::CallObserver* pending = nullptr;

private:
    const Answer answer_;
};

inline rpc::End result(const std::string& json) {
    return {rpc::End::Kind::reply, {rpc::ResultReply{json}, {}}, {}};
}
inline rpc::End error(const std::string& type, const std::string& text) {
    return {rpc::End::Kind::reply, {rpc::ErrorReply{type, text}, {}}, {}};
}

}  // namespace errand::cli
