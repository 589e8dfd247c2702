// SPDX-License-Identifier: Apache-2.0
// Token is one bearer token: a text that a person is shown once, and the line that is kept of it,
// from which nobody can make the text again.
//
// Threads: plain data; functions without state.
// Owns: its texts.
// Errors: parseTokenLine throws Poco::SyntaxException, one line that repeats nothing of what it
//         read: someone may have put the text there.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "access/digest.h"
#include "access/identity.h"
#include "base/clock.h"

namespace errand::access {

struct Token {
    Identity identity;
    std::optional<base::Time> expires;  // nullopt: never
    std::string id;                     // public: 12 hex digits, by which it is found
    std::array<std::uint8_t, 16> salt{};
    Digest hash{};  // SHA-256 of the salt and the secret's 43 characters

    bool expired(base::Time now) const noexcept { return expires && *expires <= now; }
    // Whether it is this token's secret, in a time that tells nothing of how near it was.
    bool matches(std::string_view secret) const { return same(hash, digestOf(salt, secret)); }

    // NAME SCOPES EXPIRES ID SALT HASH, without a line break.
    std::string line() const;
};

// 1 to 64 letters, digits, full stops, underscores, at signs and hyphens.
bool isTokenName(std::string_view text) noexcept;

// "errand_", the id, "_" and the secret.
struct NewToken {
    std::string text;  // for the person alone
    Token token;       // for the file
};

// REQUIRES a name of which isTokenName is true, and scopes.
NewToken makeToken(std::string name, Scopes scopes, std::optional<base::Time> expires);

// What line() wrote; any white space may stand between the words, any RFC 3339 time for EXPIRES.
Token parseTokenLine(std::string_view line);

// The two parts of a token's text, as views of it.
struct TokenText {
    std::string_view id;
    std::string_view secret;
};

// nullopt for text that no token has.
std::optional<TokenText> splitTokenText(std::string_view text) noexcept;

// "2027-01-01T00:00:00Z", or "never".
std::string expiryText(const std::optional<base::Time>& expires);

}  // namespace errand::access
