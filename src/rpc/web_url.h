// SPDX-License-Identifier: Apache-2.0
// WebUrl is an absolute http or https URL that requests can be sent to, read strictly: what two
// readers could take differently is refused.
//
// Threads: plain data; functions without state.
// Owns: n/a (plain data).
// Errors: Argument's read throws ValueError; faultOfWebUrl answers with words.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rpc/argument.h"

namespace errand::rpc {

struct WebUrl {
    // What browsers and proxies carry for certain.
    static constexpr std::size_t maxBytes = 2048;

    bool secure = false;     // https
    std::string host;        // in lower case; an IPv6 address without its brackets
    std::uint16_t port = 0;  // the scheme's own where none is written
    std::string target;      // path and query: "/" at least

    // As the field Host has it: "example.com", "example.com:8080", "[2001:db8::1]".
    std::string authority() const;
    bool operator==(const WebUrl&) const = default;
};

// nullopt for what faultOfWebUrl has words about.
std::optional<WebUrl> parseWebUrl(std::string_view text);

// What is wrong, as the words after the field's name ("must begin with ..."); nullopt: nothing.
std::optional<std::string> faultOfWebUrl(std::string_view text);

// Whether it is a host name: labels of ASCII letters, digits, hyphens and underscores.
bool isHostName(std::string_view text) noexcept;

template <>
struct Argument<WebUrl> {
    static WebUrl read(const base::Json& value);
    static std::optional<std::string> check(const base::Json& value);
    static std::string schema();
    static constexpr bool required = true;
};

}  // namespace errand::rpc
