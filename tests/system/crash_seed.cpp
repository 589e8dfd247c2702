// SPDX-License-Identifier: Apache-2.0
#include "system/crash_seed.h"

#include <cstdlib>
#include <iostream>
#include <random>

namespace errand::tests {

unsigned crashSeed() {
    const char* given = std::getenv("CRASH_SEED");
    const unsigned value = given == nullptr
                               ? std::random_device{}()
                               : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
    std::cout << " CRASH_SEED=" << value << std::flush;
    return value;
}

}  // namespace errand::tests
