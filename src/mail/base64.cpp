// SPDX-License-Identifier: Apache-2.0
#include "mail/base64.h"

#include <algorithm>

namespace errand::mail {
namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

unsigned toUnsigned(char byte) {
    return static_cast<unsigned char>(byte);
}

// Puts three bytes there as four characters.
char* putGroup(char* out, unsigned group) {
    *out++ = digits[group >> 18];
    *out++ = digits[group >> 12 & 63];
    *out++ = digits[group >> 6 & 63];
    *out++ = digits[group & 63];
    return out;
}

// The last groups' missing bytes show as "=".
char* putLine(char* out, std::string_view bytes) {
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        out = putGroup(out, toUnsigned(bytes[i]) << 16 | toUnsigned(bytes[i + 1]) << 8 |
                                toUnsigned(bytes[i + 2]));
    }
    const std::size_t left = bytes.size() - i;
    if (left == 0) return out;
    const unsigned second = left == 2 ? toUnsigned(bytes[i + 1]) : 0;
    out = putGroup(out, toUnsigned(bytes[i]) << 16 | second << 8);
    std::fill(out - (3 - left), out, '=');
    return out;
}

}  // namespace

// Poco's Base64Encoder does it too, but byte by byte through a stream.
std::string base64(std::string_view bytes, std::size_t lineLength) {
    const std::size_t perLine = lineLength == 0 ? bytes.size() : lineLength / 4 * 3;
    if (bytes.empty()) return {};
    const std::size_t breaks = (bytes.size() - 1) / perLine;
    std::string text((bytes.size() + 2) / 3 * 4 + 2 * breaks, '\0');
    char* out = text.data();
    for (std::size_t at = 0; at < bytes.size(); at += perLine) {
        if (at > 0) out = std::copy_n("\r\n", 2, out);
        out = putLine(out, bytes.substr(at, perLine));
    }
    return text;
}

}  // namespace errand::mail
