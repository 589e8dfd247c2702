// SPDX-License-Identifier: Apache-2.0
// Answer is the head of a receiver's HTTP response, as far as a delivery asks for it.
//
// Threads: plain data; functions without state.
// Owns: n/a (plain data).
// Errors: readAnswer throws Trouble for what is no HTTP/1 response, or has too long a head.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace errand::webhook {

struct Answer {
    // Twice what common servers send at most.
    static constexpr std::size_t maxHead = 16'384;

    int status = 0;
    std::string retryAfter;               // the field as it came; empty: none
    std::optional<std::uint64_t> length;  // of the body, where it is told

    bool good() const noexcept { return status / 100 == 2; }
    // Whether such an answer has no body whatever it says (RFC 9110, 6.4.1).
    bool bodiless() const noexcept { return status == 204 || status == 304; }
};

// The answer whose head `received` begins with, interim ones (1xx) passed over; nullopt: more is
// to come. `size` is set to the length of all heads.
std::optional<Answer> readAnswer(std::string_view received, std::size_t& size);

// What Retry-After asks for, seconds or a date (RFC 9110, 10.2.3); nullopt for anything else, and
// for times that are over.
std::optional<std::chrono::seconds> readRetryAfter(const std::string& field, base::Time now);

}  // namespace errand::webhook
