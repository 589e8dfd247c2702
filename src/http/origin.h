// SPDX-License-Identifier: Apache-2.0
// origin.h compares where a request says it comes from and goes to: Origin and Host, of which a
// browser lets no page write either.
//
// Threads: functions without state.
// Owns: nothing.
// Errors: none; what is malformed is like nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace errand::http {

// Whether the value of Host, with or without a port, is one of the names.
bool isHostOf(std::string_view host, std::span<const std::string> names) noexcept;

// Whether the origin ("https://example.com:8443") is that of the host that is asked. The scheme is
// not compared: behind a proxy it is not known.
bool isSameOrigin(std::string_view origin, std::string_view host) noexcept;

// Whether the origin is one of the list.
bool isOriginOf(std::string_view origin, std::span<const std::string> origins) noexcept;

// What http.cors.origins may hold: a scheme, "://", and a host with or without a port.
bool isOrigin(std::string_view text) noexcept;

// By which a process of this machine alone is reached.
bool isLoopback(std::string_view host) noexcept;

}  // namespace errand::http
