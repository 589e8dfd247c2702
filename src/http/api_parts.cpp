// SPDX-License-Identifier: Apache-2.0
#include "http/api_parts.h"

#include <algorithm>
#include <array>

namespace errand::http {
namespace {

constexpr ApiTag tags[] = {
    {"jobs", "Everything asynchronous is a job: it is on disk, has a state and an outcome."},
    {"compute", "The computation as a request of its own, answered with a sentence."},
    {"services", "What jobs may call."},
    {"server", "The server itself."},
};

constexpr const char* anyText = R"({"type":"string"})";
constexpr const char* aTime = R"({"type":"string","format":"date-time"})";
constexpr const char* anId = R"({"type":"string","format":"uuid"})";

constexpr ApiParameter parameters[] = {
    {"id", In::path, anId, "The job's id."},
    {"name", In::path, anyText, "The service's name."},

    {"state", In::query, R"({"$ref":"#/components/schemas/JobState"})", "Only jobs in this state."},
    {"service", In::query, anyText, "Only jobs of this service."},
    {"method", In::query, anyText, "Only jobs of methods of this name."},
    {"parent", In::query, anId, "Only jobs that this job cast."},
    {"tag", In::query, anyText, "Only jobs with this tag."},
    {"text", In::query, anyText,
     "Only jobs that hold this in arguments, result, error, tags, progress or notify; ASCII "
     "letters "
     "in either case."},
    {"created_from", In::query, aTime, "Only jobs created then or later."},
    {"created_to", In::query, aTime, "Only jobs created before."},
    {"limit", In::query, R"({"type":"integer","minimum":1,"maximum":500,"default":50})",
     "How many at most."},
    {"after", In::query, anyText,
     "Goes on where an earlier answer to the same filter ended: its `next`."},

    {"Idempotency-Key", In::header, anyText,
     "A quoted string of at most 255 characters: repeated with it, a submit is one submit."},
    {"Prefer", In::header, anyText,
     "`wait=SECONDS`: rather waits for the job's end. `respond-async`: does not."},
    {"traceparent", In::header, anyText, "The trace that the job belongs to (W3C)."},
    {"Last-Event-ID", In::header, anyText, "Goes on behind the last event that was seen."},
    {"If-None-Match", In::header, anyText,
     "The ETag of what the client has: 304 where that is still all there is."},
};

constexpr ApiField fields[] = {
    {"Preference-Applied", anyText, "Which preference was followed (RFC 7240)."},
    {"Vary", anyText, "What else of the request's head the answer depends on."},
    {"ETag", anyText, "Names this state of the resource, for If-None-Match."},
    {"Location", R"({"type":"string","format":"uri-reference"})", "Where the job is: /jobs/ID."},
    {"Retry-After", R"({"type":"integer","minimum":0})", "Seconds after which to ask again."},
    {"WWW-Authenticate", anyText, "How to say who asks (RFC 6750), and what was wrong with that."},
    {"Set-Cookie", anyText, "The session, out of the reach of scripts; or its end."},
};

constexpr ApiStatus statuses[] = {
    {200, "What was asked for.", nullptr},
    {202, "It is on disk.", nullptr},
    {204, "There is nothing to say.", nullptr},
    {304, "The client has it already.", "ETag"},
    {400, "The request is malformed: no JSON object, or a parameter that is unknown or not right.",
     nullptr},
    {401, "Tokens are asked for, and there is none, or no good one.", "WWW-Authenticate"},
    {403, "The token is not one for this.", nullptr},
    {404, "There is no such thing.", nullptr},
    {409, "The state of things does not allow it.", nullptr},
    {410, "What this Idempotency-Key submitted has been deleted.", nullptr},
    {411, "A body is needed, with Content-Length or in chunks.", nullptr},
    {413, "The body is too long (http.maxBodyBytes, and http.maxArrayBytes for an array of jobs).",
     nullptr},
    {415, "The body is not application/json.", nullptr},
    {422, "Members of the body are wrong; `errors` names each.", nullptr},
    {503, "Not now: the queue is full, or jobs cannot be stored.", "Retry-After"},
    {507, "The disk is almost full (data.minFree).", "Retry-After"},
};

constexpr std::array trouble = {400, 403, 408, 413, 414, 417, 421, 429, 431, 500, 501, 503, 505};

template <class Part, std::size_t size>
const Part* findNamed(const Part (&table)[size], std::string_view name) noexcept {
    const auto* found = std::ranges::find(table, name, &Part::name);
    return found == std::end(table) ? nullptr : found;
}

}  // namespace

std::span<const ApiTag> apiTags() noexcept {
    return tags;
}

const ApiParameter* findApiParameter(std::string_view name) noexcept {
    return findNamed(parameters, name);
}

const ApiField* findApiField(std::string_view name) noexcept {
    return findNamed(fields, name);
}

const ApiStatus* findApiStatus(int status) noexcept {
    const auto* found = std::ranges::find(statuses, status, &ApiStatus::status);
    return found == std::end(statuses) ? nullptr : found;
}

std::span<const int> troubleStatuses() noexcept {
    return trouble;
}

}  // namespace errand::http
