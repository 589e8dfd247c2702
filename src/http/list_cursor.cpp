// SPDX-License-Identifier: Apache-2.0
#include "http/list_cursor.h"

#include <charconv>

namespace errand::http {
namespace {

constexpr std::size_t checkSize = 10;  // hexadecimal digits: 40 bits, against mistakes

// FNV-1a. It guards nothing secret: whoever makes up a cursor lists what he could list anyway.
class Check {
public:
    void add(std::string_view text) noexcept {
        number(static_cast<std::int64_t>(text.size()));  // or "ab" and "c" were "a" and "bc"
        for (const char c : text) byte(static_cast<unsigned char>(c));
    }
    void add(const std::optional<base::Time>& time) noexcept {
        byte(time ? 1 : 0);
        if (time) number(time->time_since_epoch().count());
    }
    void number(std::int64_t value) noexcept {
        for (int i = 0; i < 8; ++i)
            byte(static_cast<unsigned char>(static_cast<std::uint64_t>(value) >> (8 * i)));
    }

    std::string digits() const {
        std::string text;
        for (std::size_t i = 0; i < checkSize; ++i)
            text += "0123456789abcdef"[state_ >> (4 * (15 - i)) & 15];
        return text;
    }

private:
    void byte(unsigned char value) noexcept { state_ = (state_ ^ value) * 0x100000001b3U; }

    std::uint64_t state_ = 0xcbf29ce484222325U;
};

std::string checkOf(std::int64_t sequence, const jobs::Filter& filter) {
    Check check;
    check.number(filter.state ? static_cast<int>(*filter.state) : -1);
    check.add(filter.service);
    check.add(filter.method);
    check.add(filter.parent ? filter.parent->toString() : std::string());
    check.add(filter.tag);
    check.add(filter.text);
    check.add(filter.createdFrom);
    check.add(filter.createdTo);
    check.number(sequence);
    return check.digits();
}

}  // namespace

std::string writeCursor(std::int64_t sequence, const jobs::Filter& filter) {
    char digits[16];
    const auto end = std::to_chars(digits, digits + sizeof digits, sequence, 16).ptr;
    return std::string(digits, end) + checkOf(sequence, filter);
}

std::optional<std::int64_t> readCursor(std::string_view cursor, const jobs::Filter& filter) {
    if (cursor.size() <= checkSize) return std::nullopt;
    const std::string_view digits = cursor.substr(0, cursor.size() - checkSize);
    std::int64_t sequence = 0;
    const auto end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, sequence, 16).ec != std::errc() || sequence < 1)
        return std::nullopt;
    // One sequence and filter have one cursor: this also refuses "007" and "7x".
    if (writeCursor(sequence, filter) != cursor) return std::nullopt;
    return sequence;
}

}  // namespace errand::http
