// SPDX-License-Identifier: Apache-2.0
#include "base/id.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/job_commands.h"
#include "cli/job_text.h"
#include "cli/json_errors.h"
#include "cli/operands.h"
#include "cli/safe_text.h"

namespace errand::cli {

namespace {

using base::Json;

// How far ahead is the server's to judge; that it is a number is for the JSON to be one.
Json readDelay(const std::string& text) {
    if (text.empty() || base::numberPrefix(text) != text.size()) {
        throw UsageError("--delay: \"" + oneLine(text) + "\" is no number of seconds");
    }
    return Json::Number{text};
}

// The body of POST /jobs.
std::string bodyOf(const Arguments& arguments) {
    const Target target = readTarget(arguments.words[0]);
    const rpc::Arguments given =
        readCallArguments(std::span(arguments.words).subspan(1), arguments.value("kwargs"));
    Json::Object body{{"service", target.service},
                      {"method", target.method},
                      {"args", Json::parse(given.args)},
                      {"kwargs", Json::parse(given.kwargs)}};
    if (arguments.has("delay")) body.emplace_back("delay", readDelay(arguments.value("delay")));
    Json::Array tags;
    for (const std::string& tag : arguments.values("tag")) {
        if (!base::isUtf8(tag)) throw UsageError("--tag: not UTF-8");
        tags.emplace_back(tag);
    }
    if (!tags.empty()) body.emplace_back("tags", std::move(tags));
    return Json(std::move(body)).toString();
}

int submit(const Arguments& arguments, Streams streams) {
    if (arguments.words.empty()) throw UsageError("needs SERVICE.METHOD, such as compute.compute");
    if (arguments.has("timeout") && !arguments.has("wait")) {
        throw UsageError("--timeout is the limit of --wait");
    }
    const std::string body = bodyOf(arguments);
    Api api(arguments);
    const Json job = api.ask("POST", "/jobs", body);
    const auto id = base::Id::parse(memberText(job, "id"));
    if (!id) throw Failure(exitUnavailable, "Unavailable", "the answer to the submit names no job");
    const bool asJson = arguments.has("json");
    if (!arguments.has("wait")) {
        streams.out << (asJson ? safeJson(job.toString()) : id->toString()) << std::endl;
        return exitOk;
    }
    return showJob(api, id->toString(), arguments, streams);
}

}  // namespace

Command submitCommand() {
    return {"submit", "SERVICE.METHOD [ARG]...",
            "Submits a job over HTTP and prints its id. An ARG that is no JSON is a string.",
            withApiOptions({{"kwargs", "JSON", "an object: arguments by name"},
                            {"delay", "SECONDS", "until it runs"},
                            {"tag", "TAG", "a word to find it by", 0, true},
                            {"wait", "", "show the job once it has ended, as errand job does"},
                            {"timeout", "SECONDS", "how long to wait; default: no limit"}}),
            withJsonErrors(submit)};
}

}  // namespace errand::cli
