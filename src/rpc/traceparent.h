// SPDX-License-Identifier: Apache-2.0
// The header field traceparent of W3C Trace Context, by which tracers put calls together.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none; the standard has an invalid one taken for absent.
#pragma once

#include <string>
#include <string_view>

namespace errand::rpc {

// What of it is passed on: version 00 as it is, a later one as far as it is known; empty: it is
// none.
std::string traceparentOf(std::string_view value);

// Its trace-id alone: 32 digits; empty: it is none.
std::string traceIdOf(std::string_view value);

}  // namespace errand::rpc
