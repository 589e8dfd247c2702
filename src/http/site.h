// SPDX-License-Identifier: Apache-2.0
// Site is what handlers work with; a handler answers one kind of request.
//
// Threads: a site is constant; handlers are called from any number of threads at once.
// Owns: nothing; what it refers to outlives the server's stop().
// Errors: handlers answer with problems; an exception that leaves one becomes a 500.
#pragma once

#include "base/clock.h"
#include "http/request.h"
#include "http/response.h"
#include "http/static_files.h"
#include "jobs/jobs.h"
#include "rpc/catalogue.h"

namespace errand::http {

struct Site {
    jobs::Jobs& jobs;
    const rpc::Catalogue& catalogue;
    const base::Clock& clock;
    const StaticFiles& files;
};

using Handler = Response(const Site& site, const Request& request);

}  // namespace errand::http
