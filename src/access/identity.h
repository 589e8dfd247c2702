// SPDX-License-Identifier: Apache-2.0
// Identity is who asks, and Scopes are what they may do.
//
// Threads: plain data.
// Owns: its texts.
// Errors: parse answers nullopt for text that names no scopes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace errand::access {

enum class Scope : std::uint8_t {
    submit,  // hand in jobs, change and cancel them
    read,    // see jobs, events and services
    admin    // all of that, and what concerns everybody: pausing a service, removing jobs
};

std::string_view toString(Scope scope) noexcept;

class Scopes {
public:
    Scopes() = default;
    Scopes(std::initializer_list<Scope> scopes) {
        for (const Scope scope : scopes) add(scope);
    }

    // "submit,read": names with commas between, at least one.
    static std::optional<Scopes> parse(std::string_view text) noexcept;

    void add(Scope scope) noexcept { bits_ |= bitOf(scope); }
    // Whoever has admin has every scope.
    bool has(Scope scope) const noexcept {
        return (bits_ & (bitOf(scope) | bitOf(Scope::admin))) != 0;
    }

    // As parse takes it, each scope once and in the order of the enum.
    std::string toString() const;
    bool operator==(const Scopes&) const = default;

private:
    static constexpr unsigned bitOf(Scope scope) noexcept {
        return 1U << static_cast<unsigned>(scope);
    }

    unsigned bits_ = 0;
};

struct Identity {
    std::string name;  // of the token
    Scopes scopes;
};

}  // namespace errand::access
