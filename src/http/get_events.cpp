// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "http/client_jobs.h"
#include "http/event_text.h"
#include "http/job_answers.h"
#include "http/job_filter.h"
#include "http/problem.h"
#include "http/query.h"
#include "http/site.h"

namespace errand::http {
namespace {

// Parks the connection; the answer is for where no more can be parked.
Response parkStream(const Head& head, Wanted wanted) {
    if (head.method == "HEAD") return streamHead();
    Response response = problem(503, "there are as many streams as there may be (http.maxStreams)");
    response.addField("Retry-After", "5");
    response.parking = std::make_unique<Parking>(std::move(wanted));
    return response;
}

// What a page of a list goes by, or a search, is nothing to go by for an event.
std::optional<Response> refuseOthers(std::string_view query) {
    constexpr std::array known = {"state", "service", "method", "parent", "tag"};
    std::vector<QueryParameter> parameters;
    if (auto refusal = readQuery(query, parameters)) return refusal;
    for (const QueryParameter& parameter : parameters)
        if (std::ranges::find(known, parameter.name) == known.end())
            return badParameter(
                parameter.name,
                "is unknown here; there are state, service, method, parent and tag");
    return std::nullopt;
}

}  // namespace

// The job's changes, from what it is now or from what the client knows.
Response getJobEvents(const Site&, const Request& request) {
    const auto id = base::Id::parse(request.id);
    const auto job = id ? request.jobs.find(*id) : std::nullopt;
    if (!job) return noSuchJob(request.id);
    const std::int64_t last = readLastEventId(request.head).value_or(unknownEvent);
    if (isFinished(job->state) && last >= job->changed) {
        Response nothingMore;  // by 204 an EventSource knows that it need not come again
        nothingMore.status = 204;
        return nothingMore;
    }
    return parkStream(request.head, WatchJob{job->sequence, std::min(last, job->changed)});
}

// All jobs' changes, from now on or from what the client knows.
Response getEvents(const Site&, const Request& request) {
    if (auto refusal = refuseOthers(request.head.query)) return std::move(*refusal);
    auto read = readJobFilter(request.head.query);
    if (auto* refusal = std::get_if<Response>(&read)) return std::move(*refusal);
    return parkStream(request.head, WatchJobs{request.jobs.seen(std::get<JobFilter>(read).filter),
                                              readLastEventId(request.head)});
}

}  // namespace errand::http
