// SPDX-License-Identifier: Apache-2.0
// logRequest writes a request down: a line of the source "request", with what it was and how it
// went as parameters.
//
// Threads: any number of threads at once.
// Owns: nothing.
// Errors: none. No line holds a token, a query or a body.
#pragma once

#include "base/clock.h"
#include "http/caller.h"
#include "http/request.h"
#include "http/response.h"

namespace errand::http {

void logRequest(const Head& head, const Caller& caller, const Response& response,
                base::SteadyTime::duration time);

}  // namespace errand::http
