// SPDX-License-Identifier: Apache-2.0
// Id is a UUID (RFC 9562), of version 7 mostly: the name of a job, a node or a boot, by time.
//
// Threads: plain data; generate() may be called from any thread.
// Owns: n/a (plain data).
// Errors: parse answers nullopt for anything but the 36-character form, in either case.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace errand::base {

struct Id {
    std::array<std::uint8_t, 16> bytes{};

    // A new id: 48 bits of milliseconds, 12 bits of the microsecond within, 62 random bits.
    static Id generate(Time now);
    // Always the same id for the same text (a UUID of version 5).
    static Id derive(std::string_view text);

    static std::optional<Id> parse(std::string_view text) noexcept;

    std::string toString() const;
    auto operator<=>(const Id&) const = default;
};

}  // namespace errand::base

// The last eight bytes are random: they are the hash.
template <>
struct std::hash<errand::base::Id> {
    std::size_t operator()(const errand::base::Id& id) const noexcept {
        std::size_t value = 0;
        for (int i = 8; i < 16; ++i) value = value << 8 | id.bytes[static_cast<std::size_t>(i)];
        return value;
    }
};
