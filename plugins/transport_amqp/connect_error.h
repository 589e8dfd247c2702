// SPDX-License-Identifier: Apache-2.0
// connect_error.h finds the system's words for why nobody can be connected to, which rabbitmq-c
// keeps to itself.
//
// Threads: a pure function; it tries for a second at most.
// Owns: nothing.
// Errors: none.
#pragma once

#include <string>

namespace errand::transport_amqp {

// "Connection refused", "No route to host", ...
std::string connectError(const std::string& host, int port);

}  // namespace errand::transport_amqp
