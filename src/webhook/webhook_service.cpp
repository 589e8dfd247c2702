// SPDX-License-Identifier: Apache-2.0
#include "webhook/webhook_service.h"

#include <random>
#include <utility>

#include "base/clock.h"
#include "rpc/error.h"
#include "rpc/traceparent.h"
#include "webhook/schedule.h"
#include "webhook/trouble.h"

namespace errand::webhook {
namespace {

constexpr int gone = 410;  // RFC 9110, 15.5.11: for good, says the receiver

double throwDice() {
    thread_local std::minstd_rand random{std::random_device{}()};
    return std::uniform_real_distribution<double>(0, 1)(random);
}

[[noreturn]] void tryAgain(const rpc::Context& context, const std::string& reason,
                           std::optional<std::chrono::seconds> asked = std::nullopt) {
    const int attempt = context.request().job ? context.request().job->attempt : 1;
    throw rpc::TryAgain(reason, pauseAfter(attempt, throwDice(), asked));
}

// The first 48 bits of an id of version 7 are its time (RFC 9562, 5.7), in milliseconds.
std::optional<base::Time> creationTime(const base::Id& id) {
    if (id.bytes[6] >> 4 != 7) return std::nullopt;
    std::int64_t milliseconds = 0;
    for (std::size_t i = 0; i < 6; ++i) milliseconds = milliseconds << 8 | id.bytes[i];
    return base::Time(std::chrono::milliseconds(milliseconds));
}

std::string words(const Answer& answer) {
    std::string text = "the receiver answered " + std::to_string(answer.status);
    if (answer.status / 100 == 3) text += "; redirections are not followed";
    return text;
}

}  // namespace

WebhookService::WebhookService(const Settings& settings, Resolver& resolver)
    : Service("webhook", settings.workers, "Tells other programs what became of a job."),
      post_(settings, resolver),
      secrets_(settings.secrets, settings.secretFile) {
    rpc::Method& deliver =
        method("deliver", &WebhookService::deliver, {"url", "event", "data", "id", "timestamp"},
               "Posts one event to a receiver, signed (Standard Webhooks).");
    deliver.queued = true;
    // The method says itself how long to wait, but where its time is over.
    deliver.policy.maxAttempts = maxAttempts;
    deliver.policy.firstDelay = shortestPause;
    deliver.policy.longestDelay = longestPause;
    // A delivery has its own limit, and may begin late: looking up a name can take a minute where
    // name servers are away, and cannot be interrupted.
    deliver.policy.timeout = settings.timeout + std::chrono::seconds(100);
    deliver.check = [this, types = std::move(deliver.check)](const base::Json& args,
                                                             const base::Json& kwargs) {
        std::vector<rpc::FieldError> errors = types(args, kwargs);
        refuseUrl(args, kwargs, errors);
        return errors;
    };
}

// Beside what the types refuse: what the configuration does.
void WebhookService::refuseUrl(const base::Json& args, const base::Json& kwargs,
                               std::vector<rpc::FieldError>& errors) const {
    const base::Json* value = args.asArray().empty() ? kwargs.find("url") : &args.asArray().front();
    if (value == nullptr || !value->isString()) return;
    const std::optional<rpc::WebUrl> url = rpc::parseWebUrl(value->asString());
    if (!url) return;
    if (auto fault = post_.refusal(*url)) errors.push_back({"url", *std::move(fault)});
}

base::Json WebhookService::deliver(rpc::Context& context, rpc::WebUrl url, EventName event,
                                   EventData data, std::optional<EventId> id,
                                   std::optional<EventTime> timestamp) {
    const base::Time now = base::Clock::system().now();
    // Calls of a queued method arrive as jobs; one that does not is delivered all the same, once.
    const base::Id job = context.job().value_or(base::Id::generate(now));
    const base::Time time = timestamp ? timestamp->time : creationTime(job).value_or(now);
    const std::string body = payload(event, time, data);
    const std::string name = id ? id->text : job.toString();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    Post::Fields fields{{"webhook-id", name},
                        {"webhook-timestamp", std::to_string(seconds)},
                        {"webhook-signature", secrets_.sign(name, seconds, body)}};
    // A call of another program may carry anything under that name, line breaks too.
    std::string trace = rpc::traceparentOf(context.request().trace);
    if (!trace.empty()) fields.emplace_back("traceparent", std::move(trace));
    Answer answer;
    try {
        answer = post_.send(url, fields, body, context);
    } catch (const Trouble& trouble) {
        tryAgain(context, trouble.what());
    }
    if (answer.good()) {
        return base::Json::Object{{"status", base::Json::integer(answer.status)}};
    }
    if (answer.status == gone) {
        throw rpc::Error("WebhookGone", "the receiver wants no more webhooks (410)");
    }
    tryAgain(context, words(answer),
             readRetryAfter(answer.retryAfter, base::Clock::system().now()));
}

}  // namespace errand::webhook
