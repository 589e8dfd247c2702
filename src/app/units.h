// SPDX-License-Identifier: Apache-2.0
// units.h reads the quantities of the configuration: "10 s", "64 MiB", "5000".
//
// Threads: pure functions.
// Owns: nothing.
// Errors: nullopt for text that is no such quantity, or one too large to hold.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace errand::app {

// Digits with an optional minus sign.
std::optional<std::int64_t> parseNumber(std::string_view text) noexcept;

// A whole number and its unit: ms, s, min, h or d. Only 0 may go without.
std::optional<std::chrono::milliseconds> parseDuration(std::string_view text) noexcept;

// A whole number of bytes, or of KiB, MiB, GiB or TiB.
std::optional<std::int64_t> parseSize(std::string_view text) noexcept;

// In the largest unit that divides it: "90 s", "64 MiB".
std::string formatDuration(std::chrono::milliseconds duration);
std::string formatSize(std::int64_t bytes);

}  // namespace errand::app
