// SPDX-License-Identifier: Apache-2.0
// plugin_built_in.h names the transports that are part of the program, where they are: the list is
// in plugins/built_in.cpp, which alone knows them all.
//
// Threads: any.
// Owns: n/a.
// Errors: none.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "rpc/transport.h"

namespace errand::rpc {

using BuiltIn = std::map<std::string, std::function<std::unique_ptr<Transport>()>>;

const BuiltIn& builtInTransports();

}  // namespace errand::rpc
