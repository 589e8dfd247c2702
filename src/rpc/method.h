// SPDX-License-Identifier: Apache-2.0
// Method describes one callable of a service: its parameters, its policy, how to check and run it.
//
// Threads: constant once registered; check and invoke may be called from any number of threads.
// Owns: its texts and functions.
// Errors: invoke throws Error("IncorrectSignature") when the arguments do not fit, and what the
//         method throws; check answers with one FieldError a field.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/json.h"
#include "rpc/call.h"

namespace errand::rpc {

class Context;

// What is wrong with one field of a request, in words for its sender.
struct FieldError {
    std::string field;
    std::string message;
    bool operator==(const FieldError&) const = default;
};

struct Parameter {
    std::string name;
    bool required = true;
    std::string schema;  // JSON Schema of what HTTP accepts, as JSON text
};

// How a method's jobs are tried. Each may be overridden by a job, except the backoff.
struct RetryPolicy {
    int maxAttempts = 5;
    std::chrono::milliseconds firstDelay{1000};  // doubled with each attempt, with jitter
    std::chrono::milliseconds longestDelay{60000};
    std::chrono::milliseconds timeout{60000};  // from the moment the method begins
};

struct Method {
    std::string name;
    std::string text;  // one line, for people
    std::vector<Parameter> parameters;
    RetryPolicy policy;
    bool queued = false;  // a call without a job header is stored as a job, answered null

    // The cast that is due when Errand itself ends a job of this method; may be empty.
    std::function<std::vector<Cast>(const Arguments&, const ErrorReply&)> failureCasts;

    // What HTTP would refuse before a job exists; empty when all is well. `args` and `kwargs` are
    // array and object.
    std::function<std::vector<FieldError>(const base::Json& args, const base::Json& kwargs)> check;

    // Runs the method and returns its result as JSON text.
    std::function<std::string(Context&, const base::Json& args, const base::Json& kwargs)> invoke;
};

}  // namespace errand::rpc
