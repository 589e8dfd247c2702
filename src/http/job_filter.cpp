// SPDX-License-Identifier: Apache-2.0
#include "http/job_filter.h"

#include <charconv>
#include <utility>
#include <vector>

#include "http/query.h"

namespace errand::http {
namespace {

constexpr int mostJobs = 500;  // about a quarter of a megabyte of answer

template <class Number>
std::optional<Number> readNumber(const std::string& text, Number least, Number most) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (number < least || number > most) return std::nullopt;
    return number;
}

// Words that say what a parameter should have been, or null when it has been taken.
const char* take(const QueryParameter& parameter, JobFilter& into) {
    const auto& [name, value] = parameter;
    if (name == "service") {
        into.filter.service = value;
    } else if (name == "method") {
        into.filter.method = value;
    } else if (name == "tag") {
        into.filter.tag = value;
    } else if (name == "state") {
        into.filter.state = jobs::parseState(value);
        if (!into.filter.state)
            return "must be one of queued, running, succeeded, failed, cancelled";
    } else if (name == "parent") {
        into.filter.parent = base::Id::parse(value);
        if (!into.filter.parent) return "must be the id of a job";
    } else if (name == "limit") {
        const auto limit = readNumber<int>(value, 1, mostJobs);
        if (!limit) return "must be a whole number from 1 to 500";
        into.limit = *limit;
    } else if (name == "after") {
        into.after = readNumber<std::int64_t>(value, 1, INT64_MAX);
        if (!into.after) return "must be the 'next' of an earlier answer";
    } else {
        return "is unknown; there are state, service, method, parent, tag, limit and after";
    }
    return nullptr;
}

}  // namespace

std::variant<JobFilter, Response> readJobFilter(std::string_view query) {
    std::vector<QueryParameter> parameters;
    if (auto refusal = readQuery(query, parameters)) return std::move(*refusal);
    JobFilter filter;
    for (const QueryParameter& parameter : parameters)
        if (const char* message = take(parameter, filter))
            return badParameter(parameter.name, message);
    return filter;
}

}  // namespace errand::http
