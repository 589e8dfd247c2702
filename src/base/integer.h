// SPDX-License-Identifier: Apache-2.0
// Integer is a whole number of any size (GMP's mpz_class), read the way Python's int() reads it.
//
// Threads: plain data.
// Owns: n/a (plain data).
// Errors: the readers answer nullopt for text that is no integer.
#pragma once

#include <gmpxx.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace errand::base {

using Integer = mpz_class;

// A JSON integer: -?(0|[1-9][0-9]*).
std::optional<Integer> parseJsonInteger(std::string_view digits);

// Text as Python 3's int() takes it in base 10: white space around (Unicode's too), a sign,
// leading zeros, single underscores between digits: " -12_000 ". Like int() it also takes every
// decimal digit of Unicode (14, as Python 3.11 has it), so the Devanagari digits one and two are
// 12. Unlike int() it has no limit of 4,300 digits: the caller counts them.
std::optional<Integer> parsePythonInteger(std::string_view text);

// A JSON number of any form, truncated toward zero as int(float) does; nullopt for what a Python
// float would make infinite (1e400).
std::optional<Integer> truncateNumber(std::string_view digits);

// How many decimal digits (Unicode's too) the text holds, leading zeros counted; sign, spaces and
// underscores not: what a limit on operands counts before any conversion is paid for.
std::size_t countDigits(std::string_view text) noexcept;

std::string toString(const Integer& value);

}  // namespace errand::base
