// SPDX-License-Identifier: Apache-2.0
// Secret is a key that a receiver shares with us, and signs with it as Standard Webhooks 1.0 has
// it.
//
// Threads: plain data.
// Owns: the key.
// Errors: parse answers nullopt for text that is no secret.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace errand::webhook {

class Secret {
public:
    // The specification's bounds, in bytes.
    static constexpr std::size_t shortest = 24;
    static constexpr std::size_t longest = 64;

    // "whsec_" and the key in base64.
    static std::optional<Secret> parse(std::string_view text);
    // A new one, which nobody can guess.
    static Secret generate();

    std::string text() const;

    // "v1," and the base64 of HMAC-SHA256 over "id.timestamp.payload". REQUIRES an id without a
    // full stop: with one, the same bytes could be another message's.
    std::string sign(std::string_view id, std::int64_t timestamp, std::string_view payload) const;

private:
    explicit Secret(std::string key) : key_(std::move(key)) {}

    std::string key_;
};

}  // namespace errand::webhook
