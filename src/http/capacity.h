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

// How many files and sockets the process may have open, once it has asked for all it may have.
std::size_t raiseDescriptorLimit() noexcept;

// The settings with as many connections and streams as there is room for under that limit.
Settings fitted(Settings settings, std::size_t descriptors);

}  // namespace errand::http
