// SPDX-License-Identifier: Apache-2.0
// remote_error.h turns the bad endings of a call into Nameko's error object and back (nameko's
// exceptions.py: exc_type, exc_path, exc_args, value).
//
// Threads: pure functions.
// Owns: nothing.
// Errors: none; whatever a peer sends has a reading.
#pragma once

#include <string>
#include <variant>

#include "base/json.h"
#include "rpc/call.h"

namespace errand::transport_amqp {

// The error as JSON text, appended.
void writeError(std::string& out, const rpc::ErrorReply& error);
void writeError(std::string& out, const rpc::TryAgainReply& again);

// REQUIRES a value that is an error: isError.
using BadEnding = std::variant<rpc::ErrorReply, rpc::TryAgainReply>;
BadEnding readError(const base::Json& error);

// Python's truth: null, false, 0, "", [] and {} are no error.
bool isError(const base::Json& error) noexcept;

}  // namespace errand::transport_amqp
