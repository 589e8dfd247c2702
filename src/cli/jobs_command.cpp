// SPDX-License-Identifier: Apache-2.0
#include <Poco/NumberParser.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/exit_code.h"
#include "cli/failure.h"
#include "cli/job_commands.h"
#include "cli/job_filter.h"
#include "cli/job_text.h"
#include "cli/json_errors.h"
#include "cli/safe_text.h"

namespace errand::cli {

namespace {

using base::Json;

constexpr unsigned usualCount = 50;
constexpr unsigned mostCount = 100000;  // all are held until the table's columns are known
constexpr unsigned page = 500;          // the most a server gives at a time

unsigned readLimit(const Arguments& arguments) {
    if (!arguments.has("limit")) return usualCount;
    unsigned limit = 0;
    const std::string text = arguments.value("limit");
    if (!Poco::NumberParser::tryParseUnsigned(text, limit) || limit < 1 || limit > mostCount) {
        throw UsageError("--limit: \"" + oneLine(text) + "\" is no number from 1 to 100000");
    }
    return limit;
}

std::vector<Json> fetch(Api& api, const std::string& filter, unsigned limit) {
    std::vector<Json> jobs;
    std::string after;
    while (jobs.size() < limit) {
        const auto wanted = std::min<std::size_t>(limit - jobs.size(), page);
        std::string path = "/jobs?limit=" + std::to_string(wanted);
        path.append(filter).append(after);
        const Json answer = api.ask("GET", path);
        const Json* found = answer.isObject() ? answer.find("jobs") : nullptr;
        if (found == nullptr || !found->isArray()) {
            throw Failure(exitUnavailable, "Unavailable", "the answer is no list of jobs");
        }
        for (const Json& job : found->asArray()) jobs.push_back(job);
        // A page may be empty and yet not the last: the server looks through a stretch at a time.
        const std::string next = memberText(answer, "next");
        std::string further = next.empty() ? "" : queryParameter("after", next);
        if (next.empty() || further == after) break;
        after = std::move(further);
    }
    return jobs;
}

int jobs(const Arguments& arguments, Streams streams) {
    if (!arguments.words.empty()) throw UsageError("takes options only; a job is shown by job ID");
    const unsigned limit = readLimit(arguments);
    const std::string filter = filterOf(arguments);
    Api api(arguments);
    std::vector<Json> found = fetch(api, filter, limit);
    if (arguments.has("json")) {
        const Json::Object all{{"jobs", Json::Array(std::move(found))}};
        streams.out << safeJson(Json(all).toString()) << std::endl;
    } else {
        streams.out << tableOf(found) << std::flush;
    }
    return exitOk;
}

}  // namespace

Command jobsCommand() {
    return {
        "jobs", "", "Lists jobs, the newest first.",
        withApiOptions(withFilterOptions({{"limit", "N", "how many at the most; default: 50"}})),
        withJsonErrors(jobs)};
}

}  // namespace errand::cli
