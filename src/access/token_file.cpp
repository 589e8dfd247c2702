// SPDX-License-Identifier: Apache-2.0
#include "access/token_file.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <utility>

namespace errand::access {
namespace {

Poco::Logger& logger() {
    static Poco::Logger& access = Poco::Logger::get("access");
    return access;
}

}  // namespace

TokenFile::TokenFile(std::string path, const base::Clock& clock)
    : path_(std::move(path)),
      clock_(clock),
      decoy_(makeToken("nobody", {}, std::nullopt).token),
      nextLook_(clock.steady() + betweenLooks) {
    const base::MutexLock lock(mutex_);
    read();
}

Finding TokenFile::find(std::string_view text) {
    const auto parts = splitTokenText(text);
    if (!parts) return {};
    const std::optional<Token> token = tokenOf(parts->id);
    const bool matches = token.value_or(decoy_).matches(parts->secret);
    if (!token || !matches) return {};
    if (token->expired(clock_.now())) return {Verdict::expired, {}, {}};
    return {Verdict::good, token->identity, token->id};
}

std::optional<Identity> TokenFile::identityOf(std::string_view tokenId) {
    const std::optional<Token> token = tokenOf(tokenId);
    if (!token || token->expired(clock_.now())) return std::nullopt;
    return token->identity;
}

std::optional<Token> TokenFile::tokenOf(std::string_view id) {
    const base::MutexLock lock(mutex_);
    refresh();
    const auto found = tokens_.find(std::string(id));
    return found == tokens_.end() ? std::nullopt : std::optional(found->second);
}

void TokenFile::refresh() {
    const base::SteadyTime now = clock_.steady();
    if (now < nextLook_) return;
    nextLook_ = now + betweenLooks;
    try {
        if (base::stampOf(path_) != stamp_) {
            read();
            logger().information("%s has been read anew; tokens: %z", path_, tokens_.size());
        }
        trouble_.clear();
    } catch (const Poco::FileException& exception) {
        // It is tried again every second: not only the file may have been at fault.
        if (exception.message() == trouble_) return;
        trouble_ = exception.message();
        logger().error(trouble_ + "; the tokens read before hold on");
    }
}

void TokenFile::read() {
    TokenList list = readTokens(path_);
    Tokens tokens;
    for (Token& token : list.tokens) tokens.emplace(token.id, std::move(token));
    tokens_ = std::move(tokens);
    stamp_ = list.stamp;
}

}  // namespace errand::access
