// SPDX-License-Identifier: Apache-2.0
#include "cli/call_command.h"

#include "base/json.h"
#include "cli/broker.h"
#include "cli/json_errors.h"
#include "cli/operands.h"
#include "cli/safe_text.h"

namespace errand::cli {

namespace {

// A string as it is, anything else as JSON; what is neither, such as Python's NaN, as it came.
std::string plainResult(const std::string& json) {
    try {
        const base::Json value = base::Json::parse(json);
        return value.isString() ? plainLines(value.asString()) : safeJson(value.toString());
    } catch (const base::JsonError&) {
        return oneLine(json);
    }
}

int call(const Arguments& arguments, Streams streams) {
    if (arguments.words.empty()) throw UsageError("needs SERVICE.METHOD, such as compute.compute");
    const auto patience = readSeconds(arguments, "timeout", usualPatience);
    const Target target = readTarget(arguments.words[0]);
    rpc::Call call;
    call.service = target.service;
    call.method = target.method;
    call.arguments =
        readCallArguments(std::span(arguments.words).subspan(1), arguments.value("kwargs"));
    Broker broker(brokerSettings(arguments));
    // Without Interrupts every call has its end.
    const rpc::End end = broker.call(std::move(call), patience).value_or(rpc::End{});
    return printOutcome(outcomeOf(end, target.service, patience), arguments.has("json"), streams);
}

}  // namespace

int printOutcome(const Outcome& outcome, bool asJson, Streams streams) {
    const bool well = outcome.type.empty();
    if (asJson) {
        streams.out << (well ? R"({"result":)" + safeJson(outcome.result) + '}'
                             : errorJson(outcome.type, outcome.message))
                    << std::endl;
    } else if (well) {
        streams.out << plainResult(outcome.result) << std::endl;
    } else {
        streams.err << "errand: " << errorLine(outcome.type, outcome.message) << std::endl;
    }
    return outcome.code;
}

Command callCommand() {
    std::vector<Option> options = brokerOptions();
    options.insert(options.begin(), {"kwargs", "JSON", "an object: arguments by name"});
    options.push_back({"json", "", "print one JSON object, with \"result\" or \"error\""});
    return {"call", "SERVICE.METHOD [ARG]...",
            "Calls a method over RabbitMQ and prints its result. An ARG that is no JSON is a "
            "string.",
            std::move(options), withJsonErrors(call)};
}

}  // namespace errand::cli
