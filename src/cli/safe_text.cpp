// SPDX-License-Identifier: Apache-2.0
#include "cli/safe_text.h"

#include "base/text.h"

namespace errand::cli {

namespace {

void appendHex(std::string& out, char letter, char32_t value, int digits) {
    out += '\\';
    out += letter;
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        out += "0123456789abcdef"[value >> shift & 0xf];
    }
}

// C0, DEL and C1 steer terminals; the others break lines or show text in another order than it
// has.
bool disturbs(char32_t c) noexcept {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e || c == 0x200f ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

void appendEscape(std::string& out, char32_t c) {
    if (c == '\n') {
        out += "\\n";
    } else if (c == '\r') {
        out += "\\r";
    } else if (c == '\t') {
        out += "\\t";
    } else if (c < 0x100) {
        appendHex(out, 'x', c, 2);
    } else {
        appendHex(out, 'u', c, 4);
    }
}

std::string escaped(std::string_view text, bool keepLines) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::string_view good = text.substr(0, base::utf8Prefix(text));
        for (std::size_t at = 0; at < good.size();) {
            const char32_t c = base::decodeUtf8(good, at);
            const bool kept = keepLines && (c == '\n' || c == '\t');
            if (kept || !disturbs(c)) {
                base::appendUtf8(out, c);
            } else {
                appendEscape(out, c);
            }
        }
        text.remove_prefix(good.size());
        if (text.empty()) break;
        appendHex(out, 'x', static_cast<unsigned char>(text.front()), 2);
        text.remove_prefix(1);
    }
    return out;
}

}  // namespace

std::string oneLine(std::string_view text) {
    return escaped(text, false);
}

std::string plainLines(std::string_view text) {
    return escaped(text, true);
}

std::string safeJson(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    for (std::size_t at = 0; at < json.size();) {
        const char32_t c = base::decodeUtf8(json, at);
        // JSON escapes what is below the space; between its values only line breaks and tabs are.
        if (c >= 0x20 && disturbs(c)) {
            appendHex(out, 'u', c, 4);
        } else {
            base::appendUtf8(out, c);
        }
    }
    return out;
}

}  // namespace errand::cli
