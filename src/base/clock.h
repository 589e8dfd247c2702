// SPDX-License-Identifier: Apache-2.0
// Clock tells the time of day (for what is stored and shown) and a steady time (for waiting), so
// that tests can replace both.
//
// Threads: every method may be called from any thread.
// Owns: nothing.
// Errors: none; parseRfc3339 answers nullopt for text that is not an RFC 3339 date-time.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace errand::base {

// Microseconds since 1970-01-01 00:00 UTC: the unit of every time that is stored.
using Time = std::chrono::sys_time<std::chrono::microseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
public:
    virtual ~Clock() = default;
    virtual Time now() const noexcept = 0;
    virtual SteadyTime steady() const noexcept = 0;

    // The clock of the machine; lives as long as the process.
    static const Clock& system() noexcept;
};

// "2026-11-22T17:38:41.000123Z": always UTC, always six digits of the second. Years beyond
// 0 to 9999 have no such form: the nearest time that has one is written.
std::string formatRfc3339(Time time);
void appendRfc3339(std::string& out, Time time);

// Any RFC 3339 date-time, with any offset and up to nine digits of the second (cut to six).
std::optional<Time> parseRfc3339(std::string_view text) noexcept;

}  // namespace errand::base
