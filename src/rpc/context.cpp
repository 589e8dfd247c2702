// SPDX-License-Identifier: Apache-2.0
#include "rpc/context.h"

#include <algorithm>

#include "rpc/error.h"

namespace errand::rpc {

namespace {

// How many callers a call names; Nameko's default. A chain without end would else grow its own
// messages.
constexpr std::size_t parentsTracked = 10;

}  // namespace

std::optional<base::Id> Context::job() const {
    if (!call_.job) return std::nullopt;
    return call_.job->job;
}

std::optional<std::chrono::milliseconds> Context::timeLeft() const {
    using std::chrono::milliseconds;
    if (call_.timeout <= milliseconds::zero()) return std::nullopt;
    const auto left = begun_ + call_.timeout - base::Clock::system().steady();
    return std::max(milliseconds::zero(), std::chrono::duration_cast<milliseconds>(left));
}

void Context::progress(double fraction, std::string text) {
    // A NaN is no progress, and fails both comparisons.
    if (!(fraction > 0)) fraction = 0;
    caller_.progressed({std::min(fraction, 1.0), std::move(text)});
}

void Context::cast(std::string service, std::string method, Arguments arguments) {
    casts_.push_back({std::move(service), std::move(method), std::move(arguments)});
}

Call Context::onward(std::string service, std::string method, Arguments arguments) const {
    const std::vector<CallId>& parents = call_.callIdStack;
    const std::size_t kept = std::min(parents.size(), parentsTracked);
    Call call;
    call.id = base::Id::generate(base::Clock::system().now()).toString();
    call.service = std::move(service);
    call.method = std::move(method);
    call.arguments = std::move(arguments);
    call.callIdStack.assign(parents.end() - static_cast<std::ptrdiff_t>(kept), parents.end());
    call.callIdStack.push_back(call_.service + '.' + call_.method + '.' + call_.id);
    call.context = call_.context;
    call.trace = call_.trace;
    return call;
}

std::string Context::call(std::string service, std::string method, Arguments arguments) {
    Call call = onward(std::move(service), std::move(method), std::move(arguments));
    if (const auto left = timeLeft()) {
        // 0 would mean no limit.
        call.timeout = std::max(*left, std::chrono::milliseconds(1));
        call.deadline = begun_ + call_.timeout;
    }
    Reply reply = caller_.callAndWait(std::move(call));
    if (const ErrorReply* error = reply.error()) throw Error(error->type, error->message);
    if (const TryAgainReply* again = reply.tryAgain()) {
        throw TryAgain(again->reason, again->after, again->scope);
    }
    return std::move(std::get<ResultReply>(reply.answer).json);
}

}  // namespace errand::rpc
