// SPDX-License-Identifier: Apache-2.0
// Submits what a request asks for, with what its header fields say of it: Idempotency-Key
// (draft-ietf-httpapi-idempotency-key-header-07) and traceparent (W3C Trace Context).
//
// Threads: functions without state.
// Owns: nothing.
// Errors: outcomes are values: a 400 for a key that is none; what the store refuses.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/job_request.h"
#include "http/site.h"

namespace errand::http {

// Stores the jobs, once for a key. A submit that is repeated is answered as it was, though its body
// would be refused by now: its expires_at has passed, or its caller's quota is used up.
std::variant<jobs::Submission, Response> submitAsAsked(const Site& site, const Request& request,
                                                       JobsRequest asked);

// The field's value: a string of RFC 8941, of 1 to 255 characters. nullopt: it is none.
std::optional<std::string> readIdempotencyKey(std::string_view value);

}  // namespace errand::http
