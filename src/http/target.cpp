// SPDX-License-Identifier: Apache-2.0
#include "http/target.h"

#include <algorithm>

namespace errand::http {
namespace {

bool startsWithName(std::string_view text, std::string_view name) {
    return sameName(text.substr(0, name.size()), name);
}

// Takes scheme and authority off an absolute target; false when they are not ours to serve.
bool takeAuthority(std::string_view& target) {
    if (startsWithName(target, "http://"))
        target.remove_prefix(7);
    else if (startsWithName(target, "https://"))
        target.remove_prefix(8);
    else
        return false;
    const auto end = std::min(target.find_first_of("/?"), target.size());
    const auto authority = target.substr(0, end);
    target.remove_prefix(end);
    // User information in a target only ever serves to deceive (RFC 9110, section 4.2.4).
    return !authority.empty() && authority.find('@') == std::string_view::npos;
}

}  // namespace

std::optional<Fault> readTarget(std::string_view target, Head& head) {
    const auto visible = [](char c) { return c > 0x20 && c < 0x7f && c != '#'; };
    if (target.empty() || !std::all_of(target.begin(), target.end(), visible))
        return Fault{400, "the request target holds a character that is not allowed there"};
    head.path.clear();
    head.query = {};
    if (target == "*" && head.method == "OPTIONS") {
        head.path = "*";
        return std::nullopt;
    }
    if (target.front() != '/' && !takeAuthority(target))
        return Fault{400, "the request target is neither a path nor an http address"};
    const auto mark = target.find('?');
    const auto path = target.substr(0, mark);
    if (mark != std::string_view::npos) head.query = target.substr(mark + 1);
    if (path.empty()) head.path = "/";
    if (!percentDecode(path, false, head.path))
        return Fault{400, "a '%' in the request target is not followed by two hexadecimal digits"};
    return std::nullopt;
}

bool percentDecode(std::string_view text, bool plusIsSpace, std::string& out) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plusIsSpace) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            const int high = i + 1 < text.size() ? hexValue(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hexValue(text[i + 2]) : -1;
            if (high < 0 || low < 0) return false;
            out += static_cast<char>(high << 4 | low);
            i += 2;
        }
    }
    return true;
}

}  // namespace errand::http
