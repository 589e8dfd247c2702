// SPDX-License-Identifier: Apache-2.0
#include "cli/job_commands.h"

#include "base/id.h"
#include "cli/exit_code.h"
#include "cli/job_filter.h"
#include "cli/job_text.h"
#include "cli/job_wait.h"
#include "cli/json_errors.h"
#include "cli/operands.h"
#include "cli/safe_text.h"

namespace errand::cli {

namespace {

using base::Json;

void print(const Json& job, const Arguments& arguments, Streams streams) {
    if (arguments.has("json")) {
        streams.out << safeJson(job.toString()) << std::endl;
    } else {
        streams.out << describeJob(job) << std::flush;
    }
}

int job(const Arguments& arguments, Streams streams) {
    const std::string id = readId(arguments);
    Api api(arguments);
    return showJob(api, id, arguments, streams);
}

// What the server makes of it is the answer: the job as it is now.
int change(const std::string& method, const std::string& suffix, const Arguments& arguments,
           Streams streams) {
    const std::string id = readId(arguments);
    Api api(arguments);
    print(api.ask(method, "/jobs/" + id + suffix), arguments, streams);
    return exitOk;
}

int retryMany(const std::string& filter, const Arguments& arguments, Streams streams) {
    Api api(arguments);
    const Json answer = api.ask("POST", "/jobs/retry?" + filter.substr(1));
    if (arguments.has("json")) {
        streams.out << safeJson(answer.toString()) << std::endl;
    } else {
        streams.out << "retried: " << memberText(answer, "retried") << std::endl;
    }
    return exitOk;
}

// One job, or all that a filter lets through; without either it would be all that ever failed.
int retry(const Arguments& arguments, Streams streams) {
    const std::string filter = filterOf(arguments);
    if (filter.empty()) return change("POST", "/retry", arguments, streams);
    if (!arguments.words.empty()) throw UsageError("needs either one ID or options of a filter");
    return retryMany(filter, arguments, streams);
}

}  // namespace

std::vector<Option> withApiOptions(std::vector<Option> own) {
    for (Option& option : Api::options()) own.push_back(std::move(option));
    own.push_back({"json", "", "print JSON as the server has it; errors, too, are JSON then"});
    return own;
}

std::string readId(const Arguments& arguments) {
    if (arguments.words.size() != 1) throw UsageError("needs one ID of a job");
    const auto id = base::Id::parse(arguments.words[0]);
    // It becomes part of a path.
    if (!id) throw UsageError('"' + oneLine(arguments.words[0]) + "\" is no id of a job");
    return id->toString();
}

int showJob(Api& api, const std::string& id, const Arguments& arguments, Streams streams) {
    if (!arguments.has("wait")) {
        if (arguments.has("timeout")) throw UsageError("--timeout is the limit of --wait");
        const Json found = api.ask("GET", "/jobs/" + id);
        print(found, arguments, streams);
        // A job that has not ended yet is as it should be.
        const int code = exitCodeOf(found);
        return code == exitTryAgain ? exitOk : code;
    }
    std::optional<std::chrono::milliseconds> limit;
    if (arguments.has("timeout")) limit = readSeconds(arguments, "timeout", {});
    const Json found = waitForJob(api, id, realPatience(limit));
    print(found, arguments, streams);
    const int code = exitCodeOf(found);
    if (code == exitTryAgain && !arguments.has("json")) {
        streams.err << "errand: the job has not ended within "
                    << inSeconds(limit.value_or(std::chrono::milliseconds(0))) << std::endl;
    }
    return code;
}

Command jobCommand() {
    return {"job", "ID", "Shows a job; with --wait, once it has ended.",
            withApiOptions({{"wait", "", "until it has ended"},
                            {"timeout", "SECONDS", "how long to wait; default: no limit"}}),
            withJsonErrors(job)};
}

Command retryCommand() {
    return {"retry", "[ID]", "Lets a job, or jobs, that failed or were cancelled run once more.",
            withApiOptions(withFilterOptions({})), withJsonErrors(retry)};
}

Command cancelCommand() {
    return {"cancel", "ID", "Cancels a job, or asks it to end where it runs.", withApiOptions({}),
            withJsonErrors([](const Arguments& arguments, Streams streams) {
                return change("DELETE", "", arguments, streams);
            })};
}

}  // namespace errand::cli
