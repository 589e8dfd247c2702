// SPDX-License-Identifier: Apache-2.0
// digest.h is what tokens and sessions ask of cryptography: secrets nobody can guess, and what is
// kept in their place.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: Poco::SystemException where the system has no random numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace errand::access {

using Digest = std::array<std::uint8_t, 32>;

// 32 random bytes in base64url (RFC 4648, section 5) without padding.
constexpr std::size_t secretLength = 43;
std::string makeSecret();

// Whether it has that length and those characters.
bool isSecret(std::string_view text) noexcept;

// SHA-256 of the salt with the text behind it. A fast digest is enough: what it hides has 256
// random bits, which no amount of trying finds.
Digest digestOf(std::span<const std::uint8_t> salt, std::string_view text);

// Takes as long wherever they differ.
bool same(const Digest& one, const Digest& other) noexcept;

// Lower-case digits, two a byte.
std::string toHex(std::span<const std::uint8_t> bytes);
// False for text that is not exactly as many bytes in digits of either case.
bool fromHex(std::string_view text, std::span<std::uint8_t> bytes) noexcept;

}  // namespace errand::access
