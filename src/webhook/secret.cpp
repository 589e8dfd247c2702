// SPDX-License-Identifier: Apache-2.0
#include "webhook/secret.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <utility>

#include "base/system.h"
#include "webhook/base64.h"

namespace errand::webhook {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t generatedBytes = 32;  // as long as the digest: longer adds no strength

}  // namespace

std::optional<Secret> Secret::parse(std::string_view text) {
    if (!text.starts_with(prefix)) return std::nullopt;
    std::optional<std::string> key = fromBase64(text.substr(prefix.size()));
    if (!key || key->size() < shortest || key->size() > longest) return std::nullopt;
    return Secret(*std::move(key));
}

Secret Secret::generate() {
    std::string key(generatedBytes, '\0');
    base::fillRandom(key.data(), key.size());
    return Secret(std::move(key));
}

std::string Secret::text() const {
    return std::string(prefix) + toBase64(key_);
}

std::string Secret::sign(std::string_view id, std::int64_t timestamp,
                         std::string_view payload) const {
    std::string content(id);
    content += '.' + std::to_string(timestamp) + '.';
    content += payload;
    std::string digest(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
         reinterpret_cast<const unsigned char*>(content.data()), content.size(),
         reinterpret_cast<unsigned char*>(digest.data()), &size);
    return "v1," + toBase64(std::string_view(digest).substr(0, size));
}

}  // namespace errand::webhook
