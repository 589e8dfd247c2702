// SPDX-License-Identifier: Apache-2.0
#include "cli/outcome.h"

#include "base/json.h"
#include "cli/exit_code.h"
#include "cli/operands.h"
#include "cli/safe_text.h"

namespace errand::cli {

namespace {

Outcome fromReply(const rpc::Reply& reply) {
    if (const rpc::ResultReply* result = reply.result()) return {exitOk, result->json, "", ""};
    if (const rpc::ErrorReply* error = reply.error()) {
        return {exitFailed, "", error->type.empty() ? "RemoteError" : error->type, error->message};
    }
    return {exitTryAgain, "", "TryAgain", reply.tryAgain()->reason};
}

}  // namespace

Outcome outcomeOf(const rpc::End& end, const std::string& service,
                  std::chrono::milliseconds patience) {
    switch (end.kind) {
        case rpc::End::Kind::reply:
            return fromReply(end.reply);
        case rpc::End::Kind::timeout:
            return {exitTryAgain, "", "RpcTimeout",
                    "no answer within " + inSeconds(patience) + "; it may run still"};
        case rpc::End::Kind::unavailable:
            return {exitUnavailable, "", "ServiceUnavailable",
                    "nobody serves `" + service + "` now, or the broker is away"};
        case rpc::End::Kind::overdue:
            return {exitTryAgain, "", "Overdue", "it has not begun in time"};
        case rpc::End::Kind::unknownService:
            return {exitUnavailable, "", "UnknownService", "Unknown service `" + service + '`'};
        case rpc::End::Kind::lost:
            return {exitFailed, "", "NodeLost", "the process that ran it has died"};
        case rpc::End::Kind::detached:
            return {exitUnavailable, "", "ConnectionLost",
                    "the connection ended before the answer; whether it ran is not known"};
    }
    return {exitFailed, "", "Unknown", ""};  // no other kind exists; the compiler cannot know
}

std::string errorLine(const std::string& type, const std::string& message) {
    // The line breaks of a long text would look like lines of the shell's own.
    return oneLine(message.empty() ? type : type + ": " + message);
}

std::string errorJson(const std::string& type, const std::string& message) {
    // What a server or the system says may be no UTF-8.
    const auto text = [](const std::string& any) { return base::isUtf8(any) ? any : oneLine(any); };
    const base::Json::Object error{{"type", text(type)}, {"message", text(message)}};
    return safeJson(base::Json(base::Json::Object{{"error", error}}).toString());
}

}  // namespace errand::cli
