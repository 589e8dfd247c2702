// SPDX-License-Identifier: Apache-2.0
// envelope.h puts calls into messages as Nameko does, and takes them out; Errand's own headers and
// types beside.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: openCall throws rpc::Error for what cannot be read; its words go back to the sender.
#pragma once

#include <string>

#include "message.h"
#include "rpc/call.h"

namespace errand::transport_amqp {

// The request. `replyTo` is empty for a cast; `again`: an earlier copy may be on its way.
Message wrapCall(const rpc::Call& call, const std::string& exchange, const std::string& replyTo,
                 bool again);

// What of a request says which call it is: all but its arguments, which may be unreadable. A call
// without a correlation id gets an id of its own.
rpc::Call readEnvelope(const Message& message, const std::string& service);

// The arguments of the request.
rpc::Arguments readArguments(const Message& message);

// The reply to a request, as its sender reads it: JSON, whatever the request was in.
Message wrapReply(const std::string& exchange, const std::string& replyTo,
                  const std::optional<std::string>& correlationId, std::string body);

// A message of Errand's own type about a call.
Message note(const std::string& exchange, const std::string& address, const char* type,
             const std::string& call, std::string body = {});

// A header's value where it is of that kind; else empty, 0 or false.
std::string textHeader(const Message& message, const char* name);
std::int64_t numberHeader(const Message& message, const char* name);
bool flagHeader(const Message& message, const char* name);
void setText(Message& message, const char* name, std::string_view text);

}  // namespace errand::transport_amqp
