// SPDX-License-Identifier: Apache-2.0
#include "webhook/answer.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>
#include <Poco/String.h>

#include <algorithm>
#include <charconv>

#include "webhook/trouble.h"

namespace errand::webhook {
namespace {

// No receiver means more; beyond it, sums of times might not fit.
constexpr std::int64_t mostSeconds = std::int64_t{365} * 86400;

[[noreturn]] void throwGarbled() {
    throw Trouble("what the receiver sent is no HTTP answer");
}

template <class Number>
std::optional<Number> readNumber(std::string_view text) {
    Number value{};
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || at != end || text.starts_with('-')) return std::nullopt;
    return value;
}

// "HTTP/1.1 200 OK"; the reason may be missing.
int readStatus(std::string_view line) {
    const bool shaped = line.size() >= 12 && line.starts_with("HTTP/1.") && line[8] == ' ' &&
                        (line.size() == 12 || line[12] == ' ');
    const auto status = shaped ? readNumber<int>(line.substr(9, 3)) : std::nullopt;
    if (!status || *status < 100 || *status > 599) throwGarbled();
    return *status;
}

std::string_view takeLine(std::string_view& text) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

void readField(std::string_view line, Answer& answer) {
    const std::size_t colon = line.find(':');
    if (colon == line.npos) throwGarbled();
    const std::string name = Poco::toLower(std::string(line.substr(0, colon)));
    const std::string value = Poco::trim(std::string(line.substr(colon + 1)));
    if (name == "retry-after") answer.retryAfter = value;
    if (name == "content-length") answer.length = readNumber<std::uint64_t>(value);
}

// Where the head ends that begins there: behind its empty line.
std::size_t endOfHead(std::string_view text) {
    const std::size_t strict = text.find("\r\n\r\n");
    const std::size_t plain = text.find("\n\n");
    if (strict == text.npos && plain == text.npos) return text.npos;
    return strict < plain ? strict + 4 : plain + 2;
}

}  // namespace

std::optional<Answer> readAnswer(std::string_view received, std::size_t& size) {
    constexpr std::string_view begin = "HTTP/1.";
    size = 0;
    for (;;) {
        std::string_view rest = received.substr(size);
        // At once: who speaks another protocol may never send an empty line.
        if (!rest.starts_with(begin.substr(0, rest.size()))) throwGarbled();
        const std::size_t end = endOfHead(rest);
        if (std::min(end, rest.size()) + size > Answer::maxHead) {
            throw Trouble("the head of the receiver's answer is too long");
        }
        if (end == rest.npos) return std::nullopt;
        rest = rest.substr(0, end);
        Answer answer;
        answer.status = readStatus(takeLine(rest));
        for (std::string_view line; !(line = takeLine(rest)).empty();) readField(line, answer);
        size += end;
        if (answer.status >= 200) return answer;
    }
}

std::optional<std::chrono::seconds> readRetryAfter(const std::string& field, base::Time now) {
    if (const auto seconds = readNumber<std::int64_t>(field)) {
        return std::chrono::seconds(std::min(*seconds, mostSeconds));
    }
    Poco::DateTime date;
    int zone = 0;
    if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::HTTP_FORMAT, field, date, zone)) {
        return std::nullopt;
    }
    const base::Time then{std::chrono::microseconds(date.timestamp().epochMicroseconds())};
    if (then <= now) return std::nullopt;
    return std::min(std::chrono::ceil<std::chrono::seconds>(then - now),
                    std::chrono::seconds(mostSeconds));
}

}  // namespace errand::webhook
