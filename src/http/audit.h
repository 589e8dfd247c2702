// SPDX-License-Identifier: Apache-2.0
// audit writes down who changed what, and who was refused: a line each, of the source "audit".
//
// Threads: any number of threads at once.
// Owns: nothing.
// Errors: none. No line holds a token, a query or a body.
#pragma once

#include "http/caller.h"
#include "http/request.h"
#include "http/response.h"

namespace errand::http {

// Where tokens are asked for: each request that may change something. Everywhere: each that was
// refused for who sent it, where it came from or how many there were.
void audit(const Head& head, const Caller& caller, const Response& response);

}  // namespace errand::http
