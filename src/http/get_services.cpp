// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>
#include <vector>

#include "base/json.h"
#include "http/job_quotas.h"
#include "http/service_state.h"
#include "http/site.h"

namespace errand::http {
namespace {

void appendMember(std::string& out, const char* name, bool value) {
    out.append(",\"").append(name).append("\":").append(value ? "true" : "false");
}

void appendText(std::string& out, const char* name, const std::string& value) {
    out.append(",\"").append(name).append("\":");
    base::appendJsonString(out, value);
}

// In seconds, as all durations of the API are.
void appendSeconds(std::string& out, std::chrono::milliseconds duration) {
    char digits[32];
    const double seconds = std::chrono::duration<double>(duration).count();
    const auto end = std::to_chars(digits, digits + sizeof digits, seconds).ptr;
    out.append(digits, end);
}

void appendPolicy(std::string& out, const rpc::RetryPolicy& policy) {
    out.append(R"(,"policy":{"max_attempts":)").append(std::to_string(policy.maxAttempts));
    out += R"(,"timeout":)";
    appendSeconds(out, policy.timeout);
    out += R"(,"backoff":{"first":)";
    appendSeconds(out, policy.firstDelay);
    out += R"(,"longest":)";
    appendSeconds(out, policy.longestDelay);
    out += "}}";
}

void appendMethod(std::string& out, const rpc::Method& method) {
    out += R"({"name":)";
    base::appendJsonString(out, method.name);
    appendText(out, "text", method.text);
    appendMember(out, "queued", method.queued);
    out += R"(,"parameters":[)";
    for (const rpc::Parameter& parameter : method.parameters) {
        if (&parameter != &method.parameters.front()) out += ',';
        out += R"({"name":)";
        base::appendJsonString(out, parameter.name);
        appendMember(out, "required", parameter.required);
        out.append(R"(,"schema":)").append(parameter.schema).append("}");
    }
    out += ']';
    appendPolicy(out, method.policy);
    out += '}';
}

// What each caller may submit of it.
void appendLimit(std::string& out, const std::optional<base::Rate>& rate) {
    out += R"(,"limit":)";
    if (!rate) {
        out += "null";
        return;
    }
    out.append(R"({"jobs":)").append(std::to_string(rate->most));
    out.append(R"(,"window":)").append(std::to_string(rate->window.count())).append("}");
}

// What is fixed at the start, how the service is now, and its methods, which are long.
void appendService(std::string& out, const rpc::Service& service, const Site& site,
                   const std::vector<jobs::ServiceState>& states) {
    out += R"({"name":)";
    base::appendJsonString(out, service.name());
    appendText(out, "text", service.text());
    appendMember(out, "hosted", std::ranges::count(site.hosted, service.name()) > 0);
    out.append(R"(,"workers":)").append(std::to_string(service.workers()));
    appendLimit(out, site.quotas.find(service.name()));
    const auto state = std::ranges::find(states, service.name(), &jobs::ServiceState::service);
    out += ',';
    appendServiceState(out, state == states.end() ? jobs::ServiceState{} : *state);
    out += R"(,"methods":[)";
    for (const rpc::Method& method : service.methods()) {
        if (&method != &service.methods().front()) out += ',';
        appendMethod(out, method);
    }
    out += "]}";
}

}  // namespace

// The catalogue, as it is now: who may be called, with what, by which policy, and whether it waits.
Response getServices(const Site& site, const Request&) {
    const std::vector<jobs::ServiceState> states = site.jobs.services();
    Response response;
    response.body = R"({"services":[)";
    for (const rpc::Service* service : site.catalogue.services()) {
        if (response.body.back() != '[') response.body += ',';
        appendService(response.body, *service, site, states);
    }
    response.body += "]}";
    return response;
}

}  // namespace errand::http
