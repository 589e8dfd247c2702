// SPDX-License-Identifier: Apache-2.0
#include "webhook/base64.h"

#include <openssl/evp.h>

#include <algorithm>

namespace errand::webhook {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const unsigned char* bytesOf(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytesOf(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

std::string toBase64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a NUL
    const int size = EVP_EncodeBlock(bytesOf(text), bytesOf(bytes), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::optional<std::string> fromBase64(std::string_view text) {
    std::string padded(text.substr(0, text.find('=')));
    const std::size_t padding = (4 - padded.size() % 4) % 4;
    const std::string_view rest = text.substr(padded.size());
    // OpenSSL alone takes white space and one character too many.
    if (padded.find_first_not_of(alphabet) != padded.npos || padding == 3) return std::nullopt;
    if (!rest.empty() && rest != std::string(padding, '=')) return std::nullopt;
    padded.append(padding, '=');
    std::string bytes(padded.size() / 4 * 3, '\0');
    if (EVP_DecodeBlock(bytesOf(bytes), bytesOf(padded), static_cast<int>(padded.size())) < 0) {
        return std::nullopt;
    }
    bytes.resize(bytes.size() - padding);
    return bytes;
}

}  // namespace errand::webhook
