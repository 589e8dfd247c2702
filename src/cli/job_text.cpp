// SPDX-License-Identifier: Apache-2.0
#include "cli/job_text.h"

#include <algorithm>
#include <array>

#include "cli/exit_code.h"
#include "cli/outcome.h"
#include "cli/safe_text.h"

namespace errand::cli {

namespace {

using base::Json;

constexpr std::size_t columns = 5;
using Row = std::array<std::string, columns>;

// "2026-11-22T18:46:05Z": the microseconds are for programs.
std::string shortTime(const std::string& time) {
    constexpr std::size_t toTheSecond = 19;
    return time.size() > toTheSecond ? time.substr(0, toTheSecond) + 'Z' : time;
}

// JSON has its own escapes; strings are made fit here.
std::string shown(const Json& job, const std::string& name) {
    const Json* found = job.isObject() ? job.find(name) : nullptr;
    if (found == nullptr || found->isNull()) return {};
    return found->isString() ? oneLine(found->asString()) : safeJson(found->toString());
}

std::string callOf(const Json& job) {
    return shown(job, "service") + '.' + shown(job, "method");
}

std::string attemptOf(const Json& job, const char* between) {
    return shown(job, "attempt") + between + shown(job, "max_attempts");
}

void appendLine(std::string& out, const std::string& name, const std::string& value) {
    constexpr std::size_t width = 10;
    if (value.empty()) return;
    out += name + ':' + std::string(width - name.size() - 1, ' ') + value + '\n';
}

std::string errorOf(const Json& job) {
    const Json* error = job.isObject() ? job.find("error") : nullptr;
    if (error == nullptr || !error->isObject()) return {};
    return errorLine(memberText(*error, "type"), memberText(*error, "message"));
}

// A null result of a job that went well is one, too.
std::string resultOf(const Json& job) {
    if (memberText(job, "state") != "succeeded") return {};
    const Json* result = job.find("result");
    if (result == nullptr) return {};
    return result->isString() ? plainLines(result->asString()) : safeJson(result->toString());
}

}  // namespace

std::string memberText(const Json& job, const std::string& name) {
    const Json* found = job.isObject() ? job.find(name) : nullptr;
    if (found == nullptr || found->isNull()) return {};
    return found->isString() ? found->asString() : found->toString();
}

std::string describeJob(const Json& job) {
    std::string out;
    appendLine(out, "id", shown(job, "id"));
    appendLine(out, "call", callOf(job));
    const bool cancelling =
        memberText(job, "cancel_requested") == "true" && exitCodeOf(job) == exitTryAgain;
    appendLine(out, "state", shown(job, "state") + (cancelling ? ", asked to end" : ""));
    appendLine(out, "attempt", attemptOf(job, " of "));
    appendLine(out, "created", shown(job, "created_at"));
    if (memberText(job, "state") == "queued") appendLine(out, "due", shown(job, "run_at"));
    appendLine(out, "started", shown(job, "started_at"));
    appendLine(out, "finished", shown(job, "finished_at"));
    appendLine(out, "error", errorOf(job));
    appendLine(out, "result", resultOf(job));
    return out;
}

std::string tableOf(const std::vector<Json>& jobs) {
    std::vector<Row> rows{{"ID", "STATE", "CALL", "ATTEMPT", "CREATED"}};
    for (const Json& job : jobs) {
        rows.push_back({shown(job, "id"), shown(job, "state"), callOf(job), attemptOf(job, "/"),
                        shortTime(shown(job, "created_at"))});
    }
    std::array<std::size_t, columns> widths{};
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < columns; ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string out;
    for (const Row& row : rows) {
        for (std::size_t i = 0; i + 1 < columns; ++i) {
            out += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
        }
        out += row.back() + '\n';
    }
    return out;
}

int exitCodeOf(const Json& job) {
    const std::string state = memberText(job, "state");
    if (state == "succeeded") return exitOk;
    return state == "failed" || state == "cancelled" ? exitFailed : exitTryAgain;
}

}  // namespace errand::cli
