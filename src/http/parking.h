// SPDX-License-Identifier: Apache-2.0
// Parking is what a handler asks for instead of an answer at once: that its connection is kept,
// without a thread, until there is something to send. Streams does it.
//
// Threads: plain data; the functions in it are called on the streams' thread.
// Owns: its texts and functions; what those refer to outlives the server's stop().
// Errors: the functions may throw: the client is answered 500.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "jobs/jobs.h"

namespace errand::http {

struct Response;

// One answer: once the job is `ready`, or at the limit.
struct AwaitJob {
    base::Id id;
    std::int64_t sequence = 0;
    std::chrono::seconds limit{0};
    std::function<bool(const jobs::Job& job)> ready;
    std::function<Response(const jobs::Job& job)> answer;
};

// An event for each change of the job, until it has ended.
struct WatchJob {
    std::int64_t sequence = 0;
    std::int64_t seen = -1;  // changes up to this one are known to the client
};

// An event for each change of any job that the filter lets through, until the client goes.
struct WatchJobs {
    jobs::Filter filter;
    std::optional<std::int64_t> seen;  // absent: what changes from now on
};

using Wanted = std::variant<AwaitJob, WatchJob, WatchJobs>;

struct Parking {
    explicit Parking(Wanted what) : wanted(std::move(what)) {}

    Wanted wanted;
    std::string fields{};             // header lines of the answer, whatever it will be
    std::function<bool()> mayStay{};  // asked now and then; empty: for as long as it takes
};

}  // namespace errand::http
