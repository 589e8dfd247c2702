// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <algorithm>

namespace errand::base {

namespace {

constexpr std::size_t textLength = 27;

// The ends of what RFC 3339 can write; a time beyond is written as the end.
constexpr Time earliest = std::chrono::sys_days(std::chrono::January / 1 / 0);
constexpr Time latest =
    std::chrono::sys_days(std::chrono::January / 1 / 10'000) - std::chrono::microseconds(1);

class SystemClock final : public Clock {
public:
    Time now() const noexcept override {
        return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
    SteadyTime steady() const noexcept override { return std::chrono::steady_clock::now(); }
};

// Writes the value right-aligned with leading zeros and answers where the next character goes.
char* putDigits(char* at, unsigned value, int width) {
    for (int i = width - 1; i >= 0; --i) {
        at[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    return at + width;
}

// Reads a date-time from left to right; every method answers false once something does not fit.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    bool atEnd() const { return rest_.empty(); }

    // Exactly that many digits.
    bool number(int width, int& value) {
        if (rest_.size() < static_cast<std::size_t>(width)) return false;
        value = 0;
        for (int i = 0; i < width; ++i) {
            const char c = rest_[static_cast<std::size_t>(i)];
            if (c < '0' || c > '9') return false;
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(static_cast<std::size_t>(width));
        return true;
    }

    // One character of those given.
    bool oneOf(std::string_view choices) {
        if (rest_.empty() || choices.find(rest_.front()) == std::string_view::npos) return false;
        rest_.remove_prefix(1);
        return true;
    }

    // What follows the point: one to nine digits, of which six count.
    bool fraction(int& micros) {
        int count = 0;
        micros = 0;
        for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++count) {
            if (count < 6) micros = micros * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        for (int i = count; i < 6; ++i) micros *= 10;
        return count >= 1 && count <= 9;
    }

private:
    std::string_view rest_;
};

// "Z" or "+02:00": what local time is ahead of UTC.
bool readOffset(Cursor& cursor, std::chrono::minutes& offset) {
    if (cursor.oneOf("Zz")) {
        offset = std::chrono::minutes(0);
        return true;
    }
    const bool ahead = cursor.oneOf("+");
    int hours = 0;
    int minutes = 0;
    if (!ahead && !cursor.oneOf("-")) return false;
    if (!cursor.number(2, hours) || !cursor.oneOf(":") || !cursor.number(2, minutes)) return false;
    offset = std::chrono::minutes((ahead ? 1 : -1) * (hours * 60 + minutes));
    return hours <= 23 && minutes <= 59;
}

bool readDate(Cursor& cursor, std::chrono::sys_days& date) {
    int year = 0;
    int month = 0;
    int day = 0;
    if (!cursor.number(4, year) || !cursor.oneOf("-") || !cursor.number(2, month) ||
        !cursor.oneOf("-") || !cursor.number(2, day)) {
        return false;
    }
    const std::chrono::year_month_day fields{std::chrono::year(year),
                                             std::chrono::month(static_cast<unsigned>(month)),
                                             std::chrono::day(static_cast<unsigned>(day))};
    if (!fields.ok()) return false;
    date = fields;
    return true;
}

}  // namespace

const Clock& Clock::system() noexcept {
    static const SystemClock clock;
    return clock;
}

void appendRfc3339(std::string& out, Time time) {
    time = std::clamp(time, earliest, latest);
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const auto within = static_cast<std::uint64_t>((time - day).count());
    const auto seconds = static_cast<unsigned>(within / 1'000'000);

    char text[textLength];
    char* at = putDigits(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
    *at++ = '-';
    at = putDigits(at, static_cast<unsigned>(date.month()), 2);
    *at++ = '-';
    at = putDigits(at, static_cast<unsigned>(date.day()), 2);
    *at++ = 'T';
    at = putDigits(at, seconds / 3600, 2);
    *at++ = ':';
    at = putDigits(at, seconds / 60 % 60, 2);
    *at++ = ':';
    at = putDigits(at, seconds % 60, 2);
    *at++ = '.';
    at = putDigits(at, static_cast<unsigned>(within % 1'000'000), 6);
    *at++ = 'Z';
    out.append(text, at);
}

std::string formatRfc3339(Time time) {
    std::string text;
    text.reserve(textLength);
    appendRfc3339(text, time);
    return text;
}

std::optional<Time> parseRfc3339(std::string_view text) noexcept {
    Cursor cursor(text);
    std::chrono::sys_days date;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int micros = 0;
    std::chrono::minutes offset(0);
    if (!readDate(cursor, date) || !cursor.oneOf("Tt ") || !cursor.number(2, hour) ||
        !cursor.oneOf(":") || !cursor.number(2, minute) || !cursor.oneOf(":") ||
        !cursor.number(2, second)) {
        return std::nullopt;
    }
    if (cursor.oneOf(".") && !cursor.fraction(micros)) return std::nullopt;
    if (!readOffset(cursor, offset) || !cursor.atEnd()) return std::nullopt;
    if (hour > 23 || minute > 59 || second > 60) return std::nullopt;

    const auto utc = date + std::chrono::hours(hour) + std::chrono::minutes(minute) +
                     std::chrono::seconds(second) - offset;
    // A leap second is the last of its day in UTC, wherever the clock hangs; it becomes midnight.
    const bool midnight = std::chrono::floor<std::chrono::days>(utc) == utc;
    if (second == 60 && !midnight) return std::nullopt;
    return utc + std::chrono::microseconds(micros);
}

}  // namespace errand::base
