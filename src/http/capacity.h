// SPDX-License-Identifier: Apache-2.0
// capacity.h is how many clients the system lets the process have: each costs a descriptor, and
// without any left nothing could be answered, not even "no".
//
// Threads: any.
// Owns: nothing.
// Errors: none; what does not fit is said in the log.
#pragma once

#include <cstddef>

#include "http/settings.h"

namespace errand::http {

// The settings with as many connections and streams as there is room for where the process may have
// so many files and sockets open.
Settings fitted(Settings settings, std::size_t descriptors);

}  // namespace errand::http
