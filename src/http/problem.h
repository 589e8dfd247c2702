// SPDX-License-Identifier: Apache-2.0
// Problems are the answers of 4xx and 5xx: application/problem+json (RFC 9457).
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none; text from outside may hold any bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/response.h"
#include "rpc/method.h"

namespace errand::http {

// `members` is further JSON text for the object: R"(,"line":3)".
Response problem(int status, std::string_view detail, std::string_view members = {});

// 401 or 403 with its WWW-Authenticate field (RFC 6750, section 3); `more` is the error's
// parameters.
Response challenge(int status, std::string_view detail, std::string_view more = {});

// 422, with one entry a field in "errors". REQUIRES at least one.
Response unprocessable(const std::vector<rpc::FieldError>& errors);

// Appends any bytes as a JSON string: what is not UTF-8 becomes U+FFFD.
void appendAnyText(std::string& out, std::string_view text);

// The text in quotes for a message, cut to what a person would still read.
std::string inQuotes(std::string_view text);

}  // namespace errand::http
