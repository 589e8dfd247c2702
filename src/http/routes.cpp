// SPDX-License-Identifier: Apache-2.0
#include "http/routes.h"

#include <algorithm>
#include <array>
#include <optional>

namespace errand::http {

Handler postCompute, postJob, listJobs, getJob, cancelJob, retryJob, getLivez, getReadyz, getFile;
Handler getJobEvents, getEvents, getServices, getOpenApi, getApidocs, getMetrics;
Handler retryJobs, eraseJobs, pauseService, resumeService;
Handler beginSession, getSession, endSession;

namespace {

// An entry reads like a form; formatted, it would be a column of words.
// clang-format off
constexpr Route table[] = {
    {"POST", "/compute", postCompute, Takes::json, Needs::submit,
     "Submits a computation, answers with a sentence",
     {.name = "compute", .tag = "compute", .body = "Computation",
      .parameters = {"Idempotency-Key", "Prefer", "traceparent"},
      .answers = {{200, "Sentence", {"Location", "Preference-Applied", "Vary"}},
                  {404, nullptr, {}, "No service here computes."},
                  {409, nullptr, {"Retry-After"}}, {410}, {503}, {507}}}},
    {"POST", "/jobs", postJob, Takes::jobs, Needs::submit, "Submits a job, or many",
     {.name = "submitJob", .tag = "jobs", .body = "Submission",
      .parameters = {"Idempotency-Key", "Prefer", "traceparent"},
      .answers = {{200, "Job", {"Location", "ETag", "Preference-Applied", "Vary"},
                   "It has ended, within the time to wait."},
                  {202, "Job", {"Location", "ETag", "Preference-Applied", "Vary", "Retry-After"}},
                  {202, "JobBatch"}, {404, nullptr, {}, "No service here computes."},
                  {409, nullptr, {"Retry-After"}}, {410}, {503}, {507}}}},
    {"GET", "/jobs", listJobs, Takes::nothing, Needs::token, "Lists jobs, the newest first",
     {.name = "listJobs", .tag = "jobs",
      .parameters = {"state", "service", "method", "parent", "tag", "text", "created_from",
                     "created_to", "limit", "after"},
      .answers = {{200, "JobList"}, {400}}}},
    {"DELETE", "/jobs", eraseJobs, Takes::nothing, Needs::submit,
     "Deletes the ended jobs of a filter",
     {.name = "eraseJobs", .tag = "jobs",
      .parameters = {"state", "service", "method", "parent", "tag", "text", "created_from",
                     "created_to"},
      .answers = {{200, "Erased"}, {400},
                  {503, nullptr, {}, "It stops; the rest is as it was."}}}},
    {"POST", "/jobs/retry", retryJobs, Takes::nothing, Needs::submit,
     "Queues the failed and cancelled jobs of a filter again",
     {.name = "retryJobs", .tag = "jobs",
      .parameters = {"state", "service", "method", "parent", "tag", "text", "created_from",
                     "created_to"},
      .answers = {{200, "Retried"}, {400},
                  {503, nullptr, {}, "It stops; the rest is as it was."}}}},
    {"GET", "/jobs/{id}", getJob, Takes::nothing, Needs::token, "Shows a job",
     {.name = "getJob", .tag = "jobs", .parameters = {"If-None-Match", "Prefer"},
      .answers = {{200, "Job", {"ETag", "Preference-Applied", "Vary", "Retry-After"}},
                  {304, nullptr, {"Preference-Applied", "Vary", "Retry-After"}}, {404}}}},
    {"DELETE", "/jobs/{id}", cancelJob, Takes::nothing, Needs::submit, "Cancels a job",
     {.name = "cancelJob", .tag = "jobs",
      .answers = {{202, "Job", {}, "It is cancelled, or has been asked to end."}, {404},
                  {409, nullptr, {}, "It has ended already."}, {503}}}},
    {"GET", "/jobs/{id}/events", getJobEvents, Takes::nothing, Needs::token,
     "Streams a job's changes, until it has ended",
     {.name = "watchJob", .tag = "jobs", .parameters = {"Last-Event-ID"},
      .answers = {{200, "Events"}, {204, nullptr, {}, "It has ended, and the client knows."},
                  {404}, {503, nullptr, {}, "There are too many streams (http.maxStreams)."}}}},
    {"GET", "/events", getEvents, Takes::nothing, Needs::token, "Streams the changes of all jobs",
     {.name = "watchJobs", .tag = "jobs",
      .parameters = {"state", "service", "method", "parent", "tag", "Last-Event-ID"},
      .answers = {{200, "Events"}, {400},
                  {503, nullptr, {}, "There are too many streams (http.maxStreams)."}}}},
    {"POST", "/jobs/{id}/retry", retryJob, Takes::nothing, Needs::submit,
     "Queues an ended job again",
     {.name = "retryJob", .tag = "jobs",
      .answers = {{202, "Job"}, {404},
                  {409, nullptr, {}, "It neither failed nor was it cancelled."}, {503}}}},
    {"GET", "/services", getServices, Takes::nothing, Needs::read,
     "Lists the services and their methods",
     {.name = "listServices", .tag = "services", .answers = {{200, "ServiceList"}}}},
    {"POST", "/services/{name}/pause", pauseService, Takes::nothing, Needs::admin,
     "Lets no job of the service begin, also after a restart",
     {.name = "pauseService", .tag = "services", .answers = {{200, "ServiceState"}, {404}}}},
    {"POST", "/services/{name}/resume", resumeService, Takes::nothing, Needs::admin,
     "Lets the service's jobs begin again",
     {.name = "resumeService", .tag = "services", .answers = {{200, "ServiceState"}, {404}}}},
    {"POST", "/session", beginSession, Takes::json, Needs::nothing,
     "Logs a browser in with a token: the session is kept by a cookie",
     {.name = "beginSession", .tag = "server", .body = "Login",
      .answers = {{200, "Session", {"Set-Cookie"}}, {401},
                  {404, nullptr, {}, "No tokens are asked for here."}}}},
    {"GET", "/session", getSession, Takes::nothing, Needs::nothing,
     "Says who the caller is, and what it may do",
     {.name = "getSession", .tag = "server", .answers = {{200, "Session"}}}},
    {"DELETE", "/session", endSession, Takes::nothing, Needs::nothing, "Logs the browser out",
     {.name = "endSession", .tag = "server", .answers = {{204, nullptr, {"Set-Cookie"}}}}},
    {"GET", "/livez", getLivez, Takes::nothing, Needs::nothing, "Says that the process answers",
     {.name = "isAlive", .tag = "server", .answers = {{200, "Health"}}}},
    {"GET", "/readyz", getReadyz, Takes::nothing, Needs::nothing, "Says whether jobs can be stored",
     {.name = "isReady", .tag = "server", .answers = {{200, "Health"}, {503}}}},
    {"GET", "/metrics", getMetrics, Takes::nothing, Needs::read,
     "Says what a watcher such as Prometheus asks for",
     {.name = "getMetrics", .tag = "server", .answers = {{200, "Metrics"}}}},
    {"GET", "/openapi.json", getOpenApi, Takes::nothing, Needs::nothing,
     "Describes the API, as OpenAPI 3.1",
     {.name = "describe", .tag = "server", .parameters = {"If-None-Match"},
      .answers = {{200, "Document", {"ETag"}}, {304}}}},
    {"GET", "/apidocs", getApidocs, Takes::nothing, Needs::nothing, "Leads to the API's page"},
    {"GET", "/*", getFile, Takes::nothing, Needs::nothing, "Serves the files of the web root"},
};
// clang-format on

constexpr std::string_view anyFile = "/*";

// Whether the path fits the pattern; what stood for {name}, or empty where there is none.
std::optional<std::string_view> fit(std::string_view pattern, std::string_view path) {
    const auto at = pattern.find('{');
    if (at == std::string_view::npos)
        return path == pattern ? std::optional(std::string_view()) : std::nullopt;
    const auto tail = pattern.substr(pattern.find('}') + 1);
    if (path.size() <= at + tail.size() || !path.starts_with(pattern.substr(0, at)) ||
        !path.ends_with(tail))
        return std::nullopt;
    const auto value = path.substr(at, path.size() - at - tail.size());
    if (value.find('/') != std::string_view::npos) return std::nullopt;
    return value;
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
