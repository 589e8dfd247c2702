// SPDX-License-Identifier: Apache-2.0
#include "jobs/notification.h"

#include <optional>
#include <utility>

#include "base/json.h"
#include "jobs/new_job.h"

namespace errand::jobs {

namespace {

using base::Json;

// A receiver takes 20 kB (Standard Webhooks): what is larger, or nested too deep, it gets from
// `location`.
constexpr std::size_t largestResult = 16384;
constexpr std::size_t longestMessage = 1024;

// Cut between two characters.
std::string shortened(std::string text) {
    if (text.size() <= longestMessage) return text;
    std::size_t end = longestMessage;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text.resize(end);
    return text + "...";
}

Json time(const std::optional<base::Time>& time) {
    return time ? Json(base::formatRfc3339(*time)) : Json(nullptr);
}

// The result, where it may be told of: it is still JSON that can be read within objects of ours.
std::optional<Json> tellable(const std::string& result) {
    if (result.size() > largestResult) return std::nullopt;
    try {
        const Json within = Json::parse("[[[" + result + "]]]");
        return within.asArray().front().asArray().front().asArray().front();
    } catch (const base::JsonError&) {
        return std::nullopt;
    }
}

Json dataOf(const ClaimedJob& job, const Ending& ending) {
    const std::string id = job.id.toString();
    Json::Object data{{"id", id},
                      {"service", job.service},
                      {"method", job.method},
                      {"state", toString(ending.state)}};
    if (ending.state == JobState::succeeded) {
        if (auto result = tellable(ending.result)) data.emplace_back("result", std::move(*result));
    }
    if (ending.state == JobState::failed) {
        data.emplace_back("error", Json::Object{{"type", shortened(ending.error.type)},
                                                {"message", shortened(ending.error.message)}});
    }
    data.emplace_back("attempt", Json::integer(job.attempt));
    data.emplace_back("tags", job.tags.empty() ? Json(Json::Array{}) : Json::parse(job.tags));
    data.emplace_back("created_at", time(job.createdAt));
    data.emplace_back("started_at", time(ending.startedAt));
    data.emplace_back("finished_at", time(ending.finishedAt));
    data.emplace_back("location", "/jobs/" + id);
    return data;
}

}  // namespace

std::string webhookOf(const std::string& notify) {
    if (notify.empty()) return {};
    const Json members = Json::parse(notify);
    const Json* url = members.find("webhook");
    return url && url->isString() ? url->asString() : std::string();
}

std::optional<Job> makeNotification(const Core& core, const ClaimedJob& job, const Ending& ending) {
    const std::string url = webhookOf(job.notify);
    if (url.empty()) return std::nullopt;
    const Json kwargs(Json::Object{{"url", url},
                                   {"event", std::string("job.") + toString(ending.state)},
                                   {"data", dataOf(job, ending)},
                                   {"timestamp", base::formatRfc3339(ending.finishedAt)}});
    rpc::Cast cast{"webhook", "deliver", {}};
    cast.arguments.kwargs = kwargs.toString();
    return makeChild(core, cast, job, ending.finishedAt);
}

}  // namespace errand::jobs
