// SPDX-License-Identifier: Apache-2.0
// node_id.h gives a node the name it keeps: what a broker holds for it is found again under it.
//
// Threads: called by the one process that holds the directory's lock.
// Owns: the file "node-id" in the data directory.
// Errors: ConfigError for a file that holds no id; Poco::FileException where it cannot be read or
//         written.
#pragma once

#include <string>

#include "base/id.h"

namespace errand::app {

// Made at the first start, and on disk on return; read at every other.
base::Id nodeIdOf(const std::string& directory);

}  // namespace errand::app
