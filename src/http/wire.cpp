// SPDX-License-Identifier: Apache-2.0
#include "http/wire.h"

#include <optional>

#include "http/allowance.h"

namespace errand::http {

Wire::Got Wire::receive(char* into, std::size_t room, std::size_t& size) {
    const auto wait = connections_.crowded() ? Channel::Wait::no : Channel::Wait::slice;
    return channel_.receive(into, room, size, wait);
}

bool Wire::send(std::string_view bytes) {
    std::optional<Allowance> allowance;  // the clock is not asked while all goes at once
    while (true) {
        const auto sent = channel_.send(bytes, Channel::Wait::slice);
        if (!sent) return false;
        if (*sent == bytes.size()) return true;
        const auto now = std::chrono::steady_clock::now();
        if (!allowance) allowance.emplace(settings_, connections_, now);
        if (*sent > 0) {
            bytes.remove_prefix(*sent);
            allowance->earn(*sent, now);
        }
        if (allowance->spent(now)) return false;
    }
}

}  // namespace errand::http
