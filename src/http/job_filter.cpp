// SPDX-License-Identifier: Apache-2.0
#include "http/job_filter.h"

#include <charconv>
#include <utility>
#include <vector>

#include "http/list_cursor.h"
#include "http/query.h"

namespace errand::http {
namespace {

constexpr int mostJobs = 500;  // about a quarter of a megabyte of answer

// In a query a '+' is a space: a zone written with one comes as something else.
constexpr auto noTime = "must be an RFC 3339 time: 2026-11-23T06:00:00Z, or ...%2B01:00 for a zone";
constexpr auto unknown =
    "is unknown; there are state, service, method, parent, tag, text, created_from and created_to,"
    " and for lists limit and after";
constexpr auto notHere = "has no place here: all jobs that the filter lets through are meant";
constexpr auto noCursor = "must be the 'next' of an earlier answer to the same filter";

std::optional<int> readLimit(const std::string& text) {
    int limit = 0;
    const char* const end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data(), end, limit);
    if (error != std::errc() || read != end || limit < 1 || limit > mostJobs) return std::nullopt;
    return limit;
}

// Words that say what a parameter of the filter should have been, or null when it has been taken.
const char* take(const QueryParameter& parameter, jobs::Filter& into) {
    const auto& [name, value] = parameter;
    if (name == "service") {
        into.service = value;
    } else if (name == "method") {
        into.method = value;
    } else if (name == "tag") {
        into.tag = value;
    } else if (name == "text") {
        into.text = value;
    } else if (name == "state") {
        into.state = jobs::parseState(value);
        if (!into.state) return "must be one of queued, running, succeeded, failed, cancelled";
    } else if (name == "parent") {
        into.parent = base::Id::parse(value);
        if (!into.parent) return "must be the id of a job";
    } else if (name == "created_from") {
        into.createdFrom = base::parseRfc3339(value);
        if (!into.createdFrom) return noTime;
    } else if (name == "created_to") {
        into.createdTo = base::parseRfc3339(value);
        if (!into.createdTo) return noTime;
    } else {
        return unknown;
    }
    return nullptr;
}

}  // namespace

std::variant<JobFilter, Response> readJobFilter(std::string_view query) {
    std::vector<QueryParameter> parameters;
    if (auto refusal = readQuery(query, parameters)) return std::move(*refusal);
    JobFilter asked;
    std::optional<std::string> after;
    for (const QueryParameter& parameter : parameters) {
        const char* message = nullptr;
        if (parameter.name == "after") {
            after = parameter.value;
        } else if (parameter.name == "limit") {
            const auto limit = readLimit(parameter.value);
            asked.limit = limit.value_or(0);
            if (!limit) message = "must be a whole number from 1 to 500";
        } else {
            message = take(parameter, asked.filter);
        }
        if (message) return badParameter(parameter.name, message);
    }
    // Last: it belongs to all of the filter.
    if (after) asked.after = readCursor(*after, asked.filter);
    if (after && !asked.after) return badParameter("after", noCursor);
    return asked;
}

std::variant<jobs::Filter, Response> readWholeFilter(std::string_view query) {
    std::vector<QueryParameter> parameters;
    if (auto refusal = readQuery(query, parameters)) return std::move(*refusal);
    jobs::Filter filter;
    for (const QueryParameter& parameter : parameters) {
        const bool ofLists = parameter.name == "limit" || parameter.name == "after";
        const char* message = ofLists ? notHere : take(parameter, filter);
        if (message) return badParameter(parameter.name, message);
    }
    return filter;
}

bool isOpen(const jobs::Filter& filter) {
    return !filter.state && filter.service.empty() && filter.method.empty() && !filter.parent &&
           filter.tag.empty() && filter.text.empty() && !filter.createdFrom && !filter.createdTo;
}

}  // namespace errand::http
