// SPDX-License-Identifier: Apache-2.0
#include "http/job_json.h"

#include "base/json.h"
#include "http/problem.h"

namespace errand::http {
namespace {

void appendTime(std::string& out, const std::optional<base::Time>& time) {
    if (!time) {
        out += "null";
        return;
    }
    out += '"';
    base::appendRfc3339(out, *time);
    out += '"';
}

void appendError(std::string& out, const std::optional<rpc::ErrorReply>& error) {
    if (!error) {
        out += "null";
        return;
    }
    // A foreign service's words: they may hold anything.
    out += R"({"type":)";
    appendAnyText(out, error->type);
    out += R"(,"message":)";
    appendAnyText(out, error->message);
    out += '}';
}

void appendTags(std::string& out, const std::vector<std::string>& tags) {
    out += '[';
    for (const std::string& tag : tags) {
        if (&tag != &tags.front()) out += ',';
        base::appendJsonString(out, tag);
    }
    out += ']';
}

// The members before args, and those after result: what a list shows too.
void appendName(std::string& out, const jobs::Job& job) {
    out.append(R"({"id":")").append(job.id.toString()).append(R"(","service":)");
    base::appendJsonString(out, job.service);
    out += R"(,"method":)";
    base::appendJsonString(out, job.method);
}

void appendProgress(std::string& out, const jobs::Job& job) {
    out += R"(,"error":)";
    appendError(out, job.error);
    out.append(R"(,"attempt":)").append(std::to_string(job.attempt));
    out.append(R"(,"max_attempts":)").append(std::to_string(job.maxAttempts));
    if (job.priority != jobs::Priority::normal)
        out.append(R"(,"priority":")").append(toString(job.priority)).append("\"");
    out.append(R"(,"progress":)").append(job.progress.empty() ? "null" : job.progress);
    if (!job.submitter.empty()) {
        out += R"(,"submitter":)";
        appendAnyText(out, job.submitter);
    }
    out += R"(,"cancel_requested":)";
    out += job.cancelRequested ? "true" : "false";
    out += R"(,"tags":)";
    appendTags(out, job.tags);
    out += R"(,"created_at":)";
    appendTime(out, job.createdAt);
    out += R"(,"run_at":)";
    appendTime(out, job.runAt);
    out += R"(,"started_at":)";
    appendTime(out, job.startedAt);
    out += R"(,"finished_at":)";
    appendTime(out, job.finishedAt);
    out += R"(,"parent_id":)";
    out += job.parent ? '"' + job.parent->toString() + '"' : "null";
    out += '}';
}

void appendState(std::string& out, const jobs::Job& job) {
    out.append(R"(,"state":")").append(toString(job.state)).append("\"");
}

}  // namespace

void appendJob(std::string& out, const jobs::Job& job) {
    out.reserve(out.size() + job.arguments.args.size() + job.arguments.kwargs.size() +
                job.result.size() + 640);
    appendName(out, job);
    out.append(R"(,"args":)").append(job.arguments.args);
    out.append(R"(,"kwargs":)").append(job.arguments.kwargs);
    appendState(out, job);
    out.append(R"(,"result":)").append(job.result.empty() ? "null" : job.result);
    if (!job.notify.empty()) out.append(R"(,"notify":)").append(job.notify);
    // Checked when it came: no sign in it needs an escape.
    if (!job.trace.empty()) out.append(R"(,"traceparent":")").append(job.trace).append("\"");
    appendProgress(out, job);
}

void appendListedJob(std::string& out, const jobs::Job& job) {
    appendName(out, job);
    appendState(out, job);
    appendProgress(out, job);
}

void appendPage(std::string& out, const jobs::Page& page, std::string_view next) {
    out += R"({"jobs":[)";
    for (const jobs::Job& job : page.jobs) {
        if (&job != &page.jobs.front()) out += ',';
        appendListedJob(out, job);
    }
    out += R"(],"next":)";
    next.empty() ? out.append("null") : out.append("\"").append(next).append("\"");
    if (page.scannedTo) {
        out += R"(,"scanned_to":)";
        appendTime(out, page.scannedTo);
    }
    out += '}';
}

}  // namespace errand::http
