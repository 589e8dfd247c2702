// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "base/json.h"
#include "http/problem.h"
#include "http/service_state.h"
#include "http/site.h"

namespace errand::http {
namespace {

Response setPaused(const Site& site, const Request& request, bool paused) {
    const std::string name(request.id);
    if (!site.jobs.setPaused(name, paused))
        return problem(404, "there is no service " + inQuotes(name));
    jobs::ServiceState state;
    for (const jobs::ServiceState& each : site.jobs.services())
        if (each.service == name) state = each;
    Response response;
    response.body = R"({"name":)";
    base::appendJsonString(response.body, name);
    response.body += ',';
    appendServiceState(response.body, state);
    response.body += '}';
    return response;
}

}  // namespace

// Until it is resumed none of its jobs begins. What runs already goes on.
Response pauseService(const Site& site, const Request& request) {
    return setPaused(site, request, true);
}

Response resumeService(const Site& site, const Request& request) {
    return setPaused(site, request, false);
}

}  // namespace errand::http
