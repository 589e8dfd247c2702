// SPDX-License-Identifier: Apache-2.0
#include "http/problem.h"
#include "http/site.h"

namespace errand::http {
namespace {

std::string missingMember(const jobs::Readiness& readiness) {
    std::string out = R"(,"missing":[)";
    for (const std::string& missing : readiness.missing) {
        if (&missing != &readiness.missing.front()) out += ',';
        appendAnyText(out, missing);
    }
    return out + ']';
}

}  // namespace

Response getLivez(const Site&, const Request&) {
    Response response;
    response.body = R"({"status":"ok"})";
    return response;
}

Response getReadyz(const Site& site, const Request&) {
    const jobs::Readiness readiness = site.jobs.readiness();
    Response response;
    if (readiness.storing) {
        response.body = R"({"status":"ok")" + missingMember(readiness) + '}';
        return response;
    }
    response = problem(503, readiness.reason, missingMember(readiness));
    response.addField("Retry-After", "5");
    return response;
}

}  // namespace errand::http
