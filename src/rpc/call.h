// SPDX-License-Identifier: Apache-2.0
// Call is one request to service.method; Reply is what comes back; Cast is a call nobody awaits.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: n/a (plain data).
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/id.h"

namespace errand::rpc {

// What names a call on its way: unique a call, "JOB.CLAIM" for a job's.
using CallId = std::string;

// Arguments as JSON text, opaque to transports: numbers of any size pass digit for digit.
struct Arguments {
    std::string args = "[]";    // a JSON array
    std::string kwargs = "{}";  // a JSON object
    bool operator==(const Arguments&) const = default;
};

// Carried by a call that is an attempt of a job: whoever receives it runs it and sends the casts
// back in the reply, for the owner to commit with the outcome.
struct JobHeader {
    base::Id job;
    std::int64_t claim = 0;  // counts every taking, from 1; over 1: an earlier one may have run
    int attempt = 0;         // counts the tries that use up max_attempts, from 1
    bool alone = false;      // it was at work when a process died: nothing else may run beside it
};

struct Call {
    CallId id;
    std::string service;
    std::string method;
    Arguments arguments;
    std::optional<JobHeader> job;
    std::chrono::milliseconds timeout{0};      // how long the method may run; 0: no limit
    std::optional<base::SteadyTime> deadline;  // when the caller stops waiting for the end
    // How long it may wait to begin, where it can wait beyond this process; 0: as long as it takes.
    std::chrono::milliseconds window{0};
    std::vector<CallId> callIdStack;             // who called whom, the oldest first
    std::map<std::string, std::string> context;  // the caller's context data, values as JSON text
    std::string trace;                           // W3C traceparent; empty: none
};

struct Cast {
    std::string service;
    std::string method;
    Arguments arguments;
    bool operator==(const Cast&) const = default;
};

// How far a running method has come.
struct Progress {
    double fraction = 0;  // 0 to 1
    std::string text;
};

// A final answer that is an error: an exception's name as Python has it, and its text.
struct ErrorReply {
    std::string type;
    std::string message;
    bool operator==(const ErrorReply&) const = default;
};

// Whom a passing failure concerns: this job alone, or everything the service would do now.
enum class Scope { job, service };

struct TryAgainReply {
    std::string reason;
    std::optional<std::chrono::milliseconds> after;  // absent: the policy's backoff
    Scope scope = Scope::job;
};

struct ResultReply {
    std::string json = "null";
};

struct Reply {
    std::variant<ResultReply, ErrorReply, TryAgainReply> answer;
    std::vector<Cast> casts;  // of a job's call; empty for others

    const ResultReply* result() const noexcept { return std::get_if<ResultReply>(&answer); }
    const ErrorReply* error() const noexcept { return std::get_if<ErrorReply>(&answer); }
    const TryAgainReply* tryAgain() const noexcept { return std::get_if<TryAgainReply>(&answer); }
};

}  // namespace errand::rpc
