// SPDX-License-Identifier: Apache-2.0
#include "http/routes.h"

#include <algorithm>
#include <array>
#include <optional>

namespace errand::http {

Handler postCompute, postJob, listJobs, getJob, cancelJob, retryJob, getLivez, getReadyz, getFile;

namespace {

constexpr Route table[] = {
    {"POST", "/compute", postCompute, Takes::json,
     "Submits a computation, answers with a sentence"},
    {"POST", "/jobs", postJob, Takes::json, "Submits a job, answers with the job"},
    {"GET", "/jobs", listJobs, Takes::nothing, "Lists jobs, the newest first"},
    {"GET", "/jobs/{id}", getJob, Takes::nothing, "Shows a job"},
    {"DELETE", "/jobs/{id}", cancelJob, Takes::nothing, "Cancels a job"},
    {"POST", "/jobs/{id}/retry", retryJob, Takes::nothing, "Queues an ended job again"},
    {"GET", "/livez", getLivez, Takes::nothing, "Says that the process answers"},
    {"GET", "/readyz", getReadyz, Takes::nothing, "Says whether jobs can be stored"},
    {"GET", "/*", getFile, Takes::nothing, "Serves the files of the web root"},
};

constexpr std::string_view placeholder = "{id}";
constexpr std::string_view anyFile = "/*";

// Whether the path fits the pattern; what stood for {id}, or empty where there is none.
std::optional<std::string_view> fit(std::string_view pattern, std::string_view path) {
    const auto at = pattern.find(placeholder);
    if (at == std::string_view::npos)
        return path == pattern ? std::optional(std::string_view()) : std::nullopt;
    const auto tail = pattern.substr(at + placeholder.size());
    if (path.size() <= at + tail.size() || !path.starts_with(pattern.substr(0, at)) ||
        !path.ends_with(tail))
        return std::nullopt;
    const auto id = path.substr(at, path.size() - at - tail.size());
    if (id.find('/') != std::string_view::npos) return std::nullopt;
    return id;
}

void addMethod(std::string& allowed, std::string_view method) {
    if (allowed.find(method) != std::string::npos) return;
    allowed.append(method).append(", ");
    if (method == "GET") allowed += "HEAD, ";
}

}  // namespace

std::span<const Route> routes() noexcept {
    return table;
}

Match match(std::string_view method, std::string_view path) noexcept {
    if (method == "HEAD") method = "GET";
    Match match;
    for (const Route& route : table) {
        if (route.path == anyFile) {
            if (!match.knownPath && route.method == method) match.route = &route;
            continue;
        }
        const auto id = fit(route.path, path);
        if (!id) continue;
        match.knownPath = true;
        if (route.method != method) continue;
        match.route = &route;
        match.id = *id;
        return match;
    }
    return match;
}

std::string allowedMethods(std::string_view path) {
    std::string allowed;
    const bool known = match("", path).knownPath;
    for (const Route& route : table)
        if (path == "*" || (known ? fit(route.path, path).has_value() : route.path == anyFile))
            addMethod(allowed, route.method);
    return allowed + "OPTIONS";
}

bool isKnownMethod(std::string_view method) noexcept {
    constexpr std::array<std::string_view, 9> known = {
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
    return std::find(known.begin(), known.end(), method) != known.end();
}

}  // namespace errand::http
