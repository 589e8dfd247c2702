// SPDX-License-Identifier: Apache-2.0
#include "probe_service.h"

#include <stdexcept>

#include <Poco/Exception.h>

#include "rpc/error.h"

namespace errand::tests {

namespace {

// Only a failing test waits this long.
constexpr std::chrono::seconds patience{20};

// How often a method looks at its cancel flag.
constexpr std::chrono::milliseconds look{1};

base::SteadyTime limit() {
    return base::Clock::system().steady() + patience;
}

}  // namespace

ProbeService::ProbeService(const std::string& name, int workers) : Service(name, workers) {
    method("echo", &ProbeService::echo, {"value"}, "Answers its argument.");
    method("sum", &ProbeService::sum, {"a", "b"}, "Adds two numbers.");
    method("fail", &ProbeService::fail, {"type", "text"}, "Throws that Error.");
    method("tryAgain", &ProbeService::tryAgain, {"scope", "after"}, "Throws TryAgain.");
    method("throwForeign", &ProbeService::throwForeign, {"which"}, "Throws another exception.");
    method("hold", &ProbeService::hold, {}, "Runs until it is released.");
    method("obey", &ProbeService::obey, {}, "Runs until it is cancelled.");
    method("report", &ProbeService::report, {}, "Tells its progress and runs until released.");
    method("count", &ProbeService::count, {}, "Counts its calls.");
    method("describe", &ProbeService::describe, {}, "Tells what it knows of its call.");
    method("callOther", &ProbeService::callOther, {"service", "method", "args"}, "Calls another.");
    method("castOther", &ProbeService::castOther, {"service", "method", "ending"}, "Casts.");
    method("countLater", &ProbeService::countLater, {"value"}, "Counts, as a job.").queued = true;
}

void ProbeService::waitInside(int calls) {
    const base::MutexLock lock(mutex_);
    const base::SteadyTime deadline = limit();
    while (inside_ < calls) {
        if (!changed_.waitUntil(mutex_, deadline)) throw std::runtime_error("nobody came");
    }
}

void ProbeService::release() {
    const base::MutexLock lock(mutex_);
    released_ = true;
    changed_.notifyAll();
}

void ProbeService::waitEmpty() {
    const base::MutexLock lock(mutex_);
    const base::SteadyTime deadline = limit();
    while (inside_ > 0) {
        if (!changed_.waitUntil(mutex_, deadline)) throw std::runtime_error("somebody stays");
    }
}

void ProbeService::waitCounted(int calls) {
    const base::MutexLock lock(mutex_);
    const base::SteadyTime deadline = limit();
    while (counted_ < calls) {
        if (!changed_.waitUntil(mutex_, deadline)) throw std::runtime_error("too few calls");
    }
}

void ProbeService::enter() {
    ++inside_;
    changed_.notifyAll();
}

void ProbeService::leave() {
    --inside_;
    changed_.notifyAll();
}

base::Json ProbeService::echo(rpc::Context&, const base::Json& value) {
    return value;
}

base::Integer ProbeService::sum(rpc::Context&, const rpc::IntegerLike& a,
                                const rpc::IntegerLike& b) {
    return a.value(1000) + b.value(1000);
}

void ProbeService::fail(rpc::Context&, const std::string& type, const std::string& text) {
    throw rpc::Error(type, text);
}

void ProbeService::tryAgain(rpc::Context&, const std::string& scope,
                            std::optional<rpc::IntegerLike> after) {
    std::optional<std::chrono::milliseconds> wait;
    if (after) wait = std::chrono::milliseconds(after->value(9).get_si());
    throw rpc::TryAgain("not now", wait,
                        scope == "service" ? rpc::Scope::service : rpc::Scope::job);
}

void ProbeService::throwForeign(rpc::Context&, const std::string& which) {
    if (which == "poco") throw Poco::FileNotFoundException("notes.txt");
    if (which == "bytes") throw std::runtime_error("caf\xe9");
    if (which == "number") throw 5;
    throw std::out_of_range("beyond the end");
}

void ProbeService::hold(rpc::Context&) {
    const base::MutexLock lock(mutex_);
    enter();
    while (!released_) changed_.wait(mutex_);
    leave();
}

void ProbeService::obey(rpc::Context& context) {
    const base::MutexLock lock(mutex_);
    enter();
    const base::SteadyTime deadline = limit();
    while (!context.cancelled() && base::Clock::system().steady() < deadline) {
        changed_.waitUntil(mutex_, base::Clock::system().steady() + look);
    }
    leave();
    if (context.cancelled()) throw rpc::Cancelled();
}

void ProbeService::report(rpc::Context& context) {
    context.progress(0.25, "a quarter");
    context.progress(0.5);
    context.progress(7, "\"caf\xc3\xa9\"");
    hold(context);
}

void ProbeService::count(rpc::Context&) {
    const base::MutexLock lock(mutex_);
    ++counted_;
    changed_.notifyAll();
}

void ProbeService::countLater(rpc::Context& context, const base::Json&) {
    count(context);
}

base::Json ProbeService::describe(rpc::Context& context) {
    base::Json::Array stack;
    for (const rpc::CallId& id : context.request().callIdStack) stack.push_back(id);
    base::Json::Object data;
    for (const auto& [key, value] : context.request().context) {
        data.emplace_back(key, base::Json::parse(value));
    }
    return base::Json::Object{
        {"id", context.request().id},
        {"stack", std::move(stack)},
        {"context", std::move(data)},
        {"job", context.job() ? base::Json(context.job()->toString()) : base::Json()},
        {"limited", context.timeLeft().has_value()},
        {"repeated", context.repeated()}};
}

base::Json ProbeService::callOther(rpc::Context& context, const std::string& service,
                                   const std::string& method, const base::Json& args) {
    return base::Json::parse(context.call(service, method, {args.toString(), "{}"}));
}

void ProbeService::castOther(rpc::Context& context, const std::string& service,
                             const std::string& method, const std::string& ending) {
    context.cast(service, method, {method == "countLater" ? "[1]" : "[]", "{}"});
    if (ending == "error") throw rpc::Error("ValueError", "after the cast");
    if (ending == "tryAgain") throw rpc::TryAgain("after the cast");
}

}  // namespace errand::tests
