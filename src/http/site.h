// SPDX-License-Identifier: Apache-2.0
// Site is what handlers work with; a handler answers one kind of request.
//
// Threads: a site is constant; handlers are called from any number of threads at once.
// Owns: nothing; what it refers to outlives the server's stop().
// Errors: handlers answer with problems; an exception that leaves one becomes a 500.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/metrics_page.h"
#include "http/request.h"
#include "http/response.h"
#include "http/static_files.h"
#include "jobs/jobs.h"
#include "rpc/catalogue.h"

namespace errand::http {

class AccessControl;
class ApiDocument;
class Audit;
class JobQuotas;
class RequestMetrics;

struct Site {
    jobs::Jobs& jobs;  // beside request.jobs, by which handlers reach the caller's
    const rpc::Catalogue& catalogue;
    const base::Clock& clock;
    const StaticFiles& files;
    const ApiDocument& document;
    AccessControl& access;
    Audit& audit;
    JobQuotas& quotas;
    RequestMetrics& requests;
    std::chrono::seconds maxWait{60};   // the longest that an answer is waited for
    std::vector<std::string> hosted{};  // the services that this node runs
    std::size_t maxBodyBytes = 1048576;
    std::size_t maxArrayBytes = maxBodyBytes;
    bool accessLog = false;
    // What /metrics says of the connections; empty: nothing.
    std::function<void(base::MetricsPage& page)> writeConnections{};
};

using Handler = Response(const Site& site, const Request& request);

}  // namespace errand::http
