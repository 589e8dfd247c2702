// SPDX-License-Identifier: Apache-2.0
#include "access/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

#include "base/system.h"

namespace errand::access {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view digits = "0123456789abcdef";

// -1: it is no digit.
int valueOf(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::string makeSecret() {
    std::array<std::uint8_t, 32> bytes{};
    base::fillRandom(bytes.data(), bytes.size());
    std::string text;
    unsigned bits = 0;
    unsigned held = 0;  // how many of the bits are not yet written
    for (const std::uint8_t byte : bytes) {
        bits = bits << 8 | byte;
        for (held += 8; held >= 6; held -= 6) text += alphabet[bits >> (held - 6) & 63];
    }
    text += alphabet[bits << (6 - held) & 63];
    return text;
}

bool isSecret(std::string_view text) noexcept {
    return text.size() == secretLength && text.find_first_not_of(alphabet) == text.npos;
}

Digest digestOf(std::span<const std::uint8_t> salt, std::string_view text) {
    std::string bytes(salt.begin(), salt.end());
    bytes += text;
    Digest digest{};
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return digest;
}

bool same(const Digest& one, const Digest& other) noexcept {
    return CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string toHex(std::span<const std::uint8_t> bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

bool fromHex(std::string_view text, std::span<std::uint8_t> bytes) noexcept {
    if (text.size() != bytes.size() * 2) return false;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = valueOf(text[2 * i]);
        const int low = valueOf(text[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return true;
}

}  // namespace errand::access
