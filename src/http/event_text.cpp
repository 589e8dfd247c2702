// SPDX-License-Identifier: Apache-2.0
#include "http/event_text.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

#include "http/job_json.h"

namespace errand::http {

Response streamHead() {
    Response response;
    response.contentType = eventsType;
    response.endless = true;
    // nginx would gather events until its buffer is full.
    response.addField("X-Accel-Buffering", "no");
    return response;
}

void appendEvent(std::string& out, const jobs::Job& job, Shown shown) {
    out.append("id: ").append(std::to_string(job.changed));
    out.append("\nevent: ").append(toString(job.state)).append("\ndata: ");
    const auto begin = static_cast<std::ptrdiff_t>(out.size());
    if (shown == Shown::wholeJob)
        appendJob(out, job);
    else
        appendListedJob(out, job);
    // Between the tokens of a JSON text, where alone they can stand, one blank is like another.
    const auto breaksLine = [](char c) { return c == '\n' || c == '\r'; };
    std::replace_if(out.begin() + begin, out.end(), breaksLine, ' ');
    out += "\n\n";
}

void appendReset(std::string& out, std::int64_t number) {
    out.append("id: ").append(std::to_string(number)).append("\nevent: reset\ndata: {}\n\n");
}

void appendMark(std::string& out, std::int64_t number) {
    out.append("id: ").append(std::to_string(number)).append("\n\n");
}

std::optional<std::int64_t> readLastEventId(const Head& head) noexcept {
    const std::string_view* given = head.find("Last-Event-ID");
    if (!given || given->empty()) return std::nullopt;
    std::uint64_t number = 0;  // without a sign there is no "-0"
    const char* const end = given->data() + given->size();
    const auto read = std::from_chars(given->data(), end, number);
    const bool fits = number <= std::numeric_limits<std::int64_t>::max();
    if (read.ec != std::errc() || read.ptr != end || !fits) return unknownEvent;
    return static_cast<std::int64_t>(number);
}

}  // namespace errand::http
