// SPDX-License-Identifier: Apache-2.0
// Error and TryAgain are the two bad endings a service's method can throw: a final answer, and a
// failure that passes.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: they are the errors; Service::handle turns them into a Reply, nothing else catches them.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

#include "rpc/call.h"

namespace errand::rpc {

// Error is an answer, and final: the job fails. The type is Python's name for it.
class Error : public std::runtime_error {
public:
    Error(std::string type, const std::string& message)
        : std::runtime_error(message), type_(std::move(type)) {}
    const std::string& type() const noexcept { return type_; }

private:
    std::string type_;
};

// Cancelled is how a method ends that looked at Context::cancelled() and obeyed.
class Cancelled : public Error {
public:
    Cancelled() : Error("Cancelled", "the call was cancelled") {}
};

// TryAgain is passing: the job is tried later. With Scope::service no attempt is used and the
// service's gate closes until a probe has passed.
class TryAgain : public std::runtime_error {
public:
    explicit TryAgain(const std::string& reason,
                      std::optional<std::chrono::milliseconds> after = std::nullopt,
                      Scope scope = Scope::job)
        : std::runtime_error(reason), after_(after), scope_(scope) {}
    std::optional<std::chrono::milliseconds> after() const noexcept { return after_; }
    Scope scope() const noexcept { return scope_; }

private:
    std::optional<std::chrono::milliseconds> after_;
    Scope scope_;
};

}  // namespace errand::rpc
