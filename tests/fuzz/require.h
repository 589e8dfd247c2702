// SPDX-License-Identifier: Apache-2.0
// require() is how a fuzz target says that something must hold: when it does not, the program ends
// and libFuzzer keeps the input.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none return.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

// What libFuzzer calls, once an input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace errand::fuzz {

inline void require(bool holds, const char* what, std::string_view shown = {}) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n%.*s\n", what, static_cast<int>(shown.size()),
                 shown.data());
    std::abort();
}

inline std::string_view textOf(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// Takes the text up to the separator off the front of `rest`; all of it where there is none.
inline std::string_view takePart(std::string_view& rest, char separator) {
    const std::size_t end = rest.find(separator);
    const std::string_view part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return part;
}

}  // namespace errand::fuzz
