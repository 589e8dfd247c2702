// SPDX-License-Identifier: Apache-2.0
#include "access/token.h"

#include <Poco/Exception.h>

#include <algorithm>
#include <utility>

#include "base/system.h"

namespace errand::access {
namespace {

constexpr std::string_view prefix = "errand_";
constexpr std::size_t idLength = 12;
constexpr std::size_t longestName = 64;
constexpr std::string_view blanks = " \t\r";
constexpr std::string_view hexDigits = "0123456789abcdef";
constexpr std::string_view nameCharacters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-";

bool isId(std::string_view text) noexcept {
    return text.size() == idLength && text.find_first_not_of(hexDigits) == text.npos;
}

// Takes the next word off the front of `rest`; empty: there is none.
std::string_view takeWord(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
    const std::string_view word = rest.substr(0, rest.find_first_of(blanks));
    rest.remove_prefix(word.size());
    return word;
}

void require(bool holds, const char* reason) {
    if (!holds) throw Poco::SyntaxException(reason);
}

}  // namespace

std::string Token::line() const {
    return identity.name + ' ' + identity.scopes.toString() + ' ' + expiryText(expires) + ' ' + id +
           ' ' + toHex(salt) + ' ' + toHex(hash);
}

bool isTokenName(std::string_view text) noexcept {
    return !text.empty() && text.size() <= longestName &&
           text.find_first_not_of(nameCharacters) == text.npos;
}

NewToken makeToken(std::string name, Scopes scopes, std::optional<base::Time> expires) {
    std::array<std::uint8_t, idLength / 2> id{};
    base::fillRandom(id.data(), id.size());
    const std::string secret = makeSecret();
    NewToken made;
    made.token.identity = {std::move(name), scopes};
    made.token.expires = expires;
    made.token.id = toHex(id);
    base::fillRandom(made.token.salt.data(), made.token.salt.size());
    made.token.hash = digestOf(made.token.salt, secret);
    made.text = std::string(prefix) + made.token.id + '_' + secret;
    return made;
}

Token parseTokenLine(std::string_view line) {
    std::string_view rest = line;
    const std::string_view name = takeWord(rest);
    const std::string_view scopes = takeWord(rest);
    const std::string_view expires = takeWord(rest);
    const std::string_view id = takeWord(rest);
    const std::string_view salt = takeWord(rest);
    const std::string_view hash = takeWord(rest);
    require(!hash.empty() && takeWord(rest).empty(),
            "needs six words: NAME SCOPES EXPIRES ID SALT HASH");
    require(isTokenName(name), "the name needs 1 to 64 of the characters A-Z a-z 0-9 . _ @ -");
    const auto parsed = Scopes::parse(scopes);
    require(parsed.has_value(),
            "the scopes must be of submit, read and admin, with commas between");
    Token token;
    token.identity = {std::string(name), *parsed};
    if (expires != "never") {
        token.expires = base::parseRfc3339(expires);
        require(token.expires.has_value(),
                "the time of expiry must be as 2027-01-01T00:00:00Z, or never");
    }
    require(isId(id), "the id needs 12 hex digits in lower case");
    token.id = id;
    require(fromHex(salt, token.salt), "the salt needs 32 hex digits");
    require(fromHex(hash, token.hash), "the hash needs 64 hex digits");
    return token;
}

std::optional<TokenText> splitTokenText(std::string_view text) noexcept {
    if (text.size() != prefix.size() + idLength + 1 + secretLength) return std::nullopt;
    if (!text.starts_with(prefix) || text[prefix.size() + idLength] != '_') return std::nullopt;
    const TokenText parts{text.substr(prefix.size(), idLength),
                          text.substr(prefix.size() + idLength + 1)};
    if (!isId(parts.id) || !isSecret(parts.secret)) return std::nullopt;
    return parts;
}

std::string expiryText(const std::optional<base::Time>& expires) {
    if (!expires) return "never";
    std::string text = base::formatRfc3339(*expires);
    constexpr std::string_view wholeSecond = ".000000Z";
    if (text.ends_with(wholeSecond)) text.replace(text.size() - wholeSecond.size(), 8, "Z");
    return text;
}

}  // namespace errand::access
