// SPDX-License-Identifier: Apache-2.0
// The text of an event stream (server-sent events, as WHATWG's HTML standard has them), and what
// the client that comes again says of it.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: outcomes are values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/request.h"
#include "http/response.h"
#include "jobs/job.h"

namespace errand::http {

// The answer that an event stream begins with.
Response streamHead();

// Says after how many milliseconds a client is to come again.
constexpr std::string_view streamStart = "retry: 2000\n\n";
// A comment: it shows that the stream is alive.
constexpr std::string_view heartbeatText = ":\n\n";

enum class Shown { wholeJob, asListed };

// The job's newest change: its number, its state for a name, the job on one line.
void appendEvent(std::string& out, const jobs::Job& job, Shown shown);

// That changes are missing here: whoever keeps a picture must make it anew. What comes next is
// newer than `number`.
void appendReset(std::string& out, std::int64_t number);

// No event, but from now on the client says this number when it comes again.
void appendMark(std::string& out, std::int64_t number);

// What Last-Event-ID says; nothing: the client comes for the first time. What is no number of ours
// becomes `unknownEvent`, older than all.
constexpr std::int64_t unknownEvent = -1;
std::optional<std::int64_t> readLastEventId(const Head& head) noexcept;

}  // namespace errand::http
