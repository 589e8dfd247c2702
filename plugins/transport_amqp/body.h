// SPDX-License-Identifier: Apache-2.0
// body.h reads and writes the bodies of requests and replies: {"args":[...],"kwargs":{...}} and
// {"result":...,"error":...}; a job's reply has the casts as "casts" besides.
//
// Numbers of any size pass digit for digit. Python's NaN and Infinity, which are no JSON, are read
// as null and as 1e999, which every reader of doubles takes for infinity.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: readRequest throws rpc::Error with Nameko's names and texts. A reply always has a
//         reading: what makes no sense is an error of the type MalformedReply.
#pragma once

#include <string>
#include <string_view>

#include "rpc/call.h"

namespace errand::transport_amqp {

std::string writeRequest(const rpc::Arguments& arguments);
rpc::Arguments readRequest(std::string_view body);

std::string writeReply(const rpc::Reply& reply);
rpc::Reply readReply(std::string_view body);

}  // namespace errand::transport_amqp
