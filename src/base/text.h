// SPDX-License-Identifier: Apache-2.0
// text.h is what JSON and the integers ask of UTF-8 bytes: are they valid, which need no escape,
// which character stands here.
//
// Threads: pure functions.
// Owns: nothing.
// Errors: none; each function's result says how far the text was good.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace errand::base {

// The length of the longest prefix that is UTF-8 (RFC 3629): text.size() when all of it is.
std::size_t utf8Prefix(std::string_view text) noexcept;

// The length of the longest prefix without quote, backslash and control characters: what stands in
// a JSON string as it is.
std::size_t plainPrefix(std::string_view text) noexcept;

// The length of the longest prefix that is a JSON number; 0 when none is.
std::size_t numberPrefix(std::string_view text) noexcept;

// The character at that offset, which is moved past it. REQUIRES valid UTF-8 and at < text.size().
char32_t decodeUtf8(std::string_view text, std::size_t& at) noexcept;

// REQUIRES a code point that is no surrogate, <= U+10FFFF.
void appendUtf8(std::string& out, char32_t character);

}  // namespace errand::base
