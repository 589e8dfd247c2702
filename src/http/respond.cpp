// SPDX-License-Identifier: Apache-2.0
#include "http/respond.h"

#include <chrono>
#include <exception>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include "http/access_control.h"
#include "http/access_log.h"
#include "http/audit.h"
#include "http/client_jobs.h"
#include "http/problem.h"
#include "http/request_metrics.h"

namespace errand::http {
namespace {

// What is missing for a route that takes JSON, or nothing.
std::optional<Response> refuseBody(const Head& head) {
    if (!head.length && !head.chunked)
        return problem(411, "a body is needed, with Content-Length or in chunks");
    std::string_view rest = head.value("Content-Type");
    // Parameters such as charset are let pass: JSON is UTF-8, and the body's bytes are checked.
    if (sameName(takeItem(rest, ';'), jsonType)) return std::nullopt;
    Response response = problem(415, "the body's content type must be application/json");
    response.addField("Accept", jsonType);
    return response;
}

Response failed(const Head& head, const std::string& reason) {
    Poco::Logger::get("http").error(std::string(head.method) + " " + inQuotes(head.path) +
                                    " failed: " + reason);
    return problem(500, "the server could not answer this request; its log says why");
}

}  // namespace

Responder::Plan Responder::plan(const Head& head, std::string_view peer) const {
    const auto begun = std::chrono::steady_clock::now();
    const Match found = match(head.method, head.path);
    Caller caller;
    auto refusal = site_.access.admit(head, found.route, peer, caller);
    Plan plan = refusal ? Plan{nullptr, {}, std::move(*refusal), site_.maxBodyBytes}
                        : planRoute(head, found);
    plan.caller = std::move(caller);
    plan.begun = begun;
    plan.counted = found.route;
    return plan;
}

Responder::Plan Responder::planRoute(const Head& head, const Match& found) const {
    std::size_t maxBytes = site_.maxBodyBytes;
    if (!found.route) return {nullptr, {}, answerOther(head, found), maxBytes};
    if (found.route->takes != Takes::nothing)
        if (auto refusal = refuseBody(head)) return {nullptr, {}, std::move(*refusal), maxBytes};
    if (found.route->takes == Takes::jobs) maxBytes = site_.maxArrayBytes;
    return {found.route, found.id, {}, maxBytes};
}

// What no route answers: OPTIONS, a method that is not offered there, a path that is not there.
Response Responder::answerOther(const Head& head, const Match& found) const {
    if (!isKnownMethod(head.method))
        return problem(501, "no resource here knows the method " + inQuotes(head.method));
    if (!found.knownPath && head.path != "*" && !site_.files.find(head.path))
        return problem(404, "there is nothing at " + inQuotes(head.path));
    const std::string allowed = allowedMethods(head.path);
    if (auto answer = site_.access.preflight(head, allowed)) return std::move(*answer);
    Response response;
    if (head.method == "OPTIONS")
        response.status = 204;
    else
        response =
            problem(405, std::string(head.method) + " is not offered here; " + allowed + " are");
    response.addField("Allow", allowed);
    return response;
}

Response Responder::respond(Plan plan, const Head& head, std::string_view body) const {
    Response response = plan.route ? handle(plan, head, body) : std::move(plan.answer);
    const std::size_t own = response.fields.size();
    response.fields += plan.caller.fields;
    site_.access.addCors(head, response);
    if (response.parking) {
        response.parking->fields = response.fields.substr(own);
        response.parking->mayStay = site_.access.permissionOf(plan.caller);
    }
    site_.audit.note(head, plan.caller, response);
    const auto time = std::chrono::steady_clock::now() - plan.begun;
    site_.requests.note(plan.counted, response.status, time);
    if (site_.accessLog) logRequest(head, plan.caller, response, time);
    return response;
}

Response Responder::handle(const Plan& plan, const Head& head, std::string_view body) const {
    try {
        ClientJobs jobs(site_.jobs, plan.caller);
        return plan.route->handler(site_, {head, body, plan.id, plan.caller, jobs});
    } catch (const Poco::Exception& error) {
        return failed(head, error.displayText());
    } catch (const std::exception& error) {
        return failed(head, error.what());
    }
}

}  // namespace errand::http
