// SPDX-License-Identifier: Apache-2.0
// transports.h finds the transport that the configuration names among the plugins that are there.
//
// Threads: used by the owner's thread.
// Owns: nothing.
// Errors: loadTransport throws ConfigError, which lists the plugins found.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "rpc/plugin.h"

namespace errand::app {

std::unique_ptr<rpc::Plugin> loadTransport(const Config& config);

// Names the key in what a transport says, which may leave out the prefix: of "uri: is empty" it is
// amqp.uri.
std::string withKey(const Config& config, const std::string& said);

}  // namespace errand::app
