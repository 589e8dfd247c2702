// SPDX-License-Identifier: Apache-2.0
// Reads from a request's header fields where its body ends and what becomes of the connection (RFC
// 9112, sections 6 and 9). Whatever two readers could take differently is refused: that is what
// request smuggling lives on.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: outcomes are values: a Fault.
#pragma once

#include <optional>

#include "http/request.h"

namespace errand::http {

// Sets length, chunked, keepAlive and expectsContinue from the head's fields and version.
std::optional<Fault> readFraming(Head& head);

}  // namespace errand::http
