// SPDX-License-Identifier: Apache-2.0
#include "base/mask.h"

namespace errand::base {

namespace {

// Where the URI ends whose host part begins at `from`: before a space, or before the next of a
// list. A password may hold any separator that its writer forgot to encode.
std::size_t endOf(std::string_view text, std::size_t from) {
    for (std::size_t at = from; at < text.size(); ++at) {
        if (text[at] == ' ' || text[at] == '\n') return at;
        if (text[at] != ';' && text[at] != ',') continue;
        std::size_t scheme = at + 1;
        while (scheme < text.size() && text[scheme] >= 'a' && text[scheme] <= 'z') ++scheme;
        if (scheme > at + 1 && text.substr(scheme).starts_with("://")) return at;
    }
    return text.size();
}

}  // namespace

std::string maskPasswords(std::string_view text) {
    std::string shown;
    std::size_t from = 0;
    for (;;) {
        const std::size_t scheme = text.find("://", from);
        if (scheme == std::string_view::npos) break;
        const std::size_t user = scheme + 3;
        const std::size_t end = endOf(text, user);
        const std::string_view rest = text.substr(user, end - user);
        const std::size_t at = rest.rfind('@');
        const std::size_t colon = rest.find(':');
        const bool secret = at != std::string_view::npos && colon < at;
        shown += text.substr(from, (secret ? user + colon + 1 : end) - from);
        if (secret) shown.append("********").append(rest.substr(at));
        from = end;
    }
    return shown.append(text.substr(from));
}

}  // namespace errand::base
