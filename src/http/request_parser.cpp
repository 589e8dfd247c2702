// SPDX-License-Identifier: Apache-2.0
#include "http/request_parser.h"

#include <algorithm>
#include <utility>

#include "http/framing.h"
#include "http/target.h"

namespace errand::http {
namespace {

// Clients send a dozen; a hundred leaves room for proxies, and bounds what a search costs.
constexpr std::size_t maxFields = 100;
// RFC 9112, section 2.2 asks for one empty line before a request to be forgiven.
constexpr std::size_t maxEmptyBytes = 8;
// Method, two spaces, version and CR LF: what a request line may hold besides its target.
constexpr std::size_t lineBesidesTarget = 64;

// RFC 9110, section 5.5: visible, space, tab, and bytes over 127, whatever they mean.
bool isFieldValue(std::string_view value) {
    return std::none_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7f;
    });
}

}  // namespace

void RequestParser::reset() noexcept {
    begin_ = lineStart_ = scanned_ = end_ = 0;
}

Parsed RequestParser::refuse(int status, const char* detail) {
    fault_ = {status, detail};
    return Parsed::refused;
}

Parsed RequestParser::parse(std::string_view input) {
    const Parsed found = findEnd(input);
    if (found != Parsed::done) return found;
    return parseHead(input.substr(begin_, end_ - begin_));
}

Parsed RequestParser::findEnd(std::string_view input) {
    while (true) {
        const auto feed = input.find('\n', scanned_);
        scanned_ = feed == std::string_view::npos ? input.size() : feed + 1;
        // Not even the beginning of a method: TLS, or noise. Why wait for its end?
        if (begin_ < input.size() && !isTokenCharacter(input[begin_]) && input[begin_] != '\r')
            return refuse(400, "this is no HTTP request");
        if (feed == std::string_view::npos) return checkLimits(input.size(), false);
        if (feed == lineStart_ || input[feed - 1] != '\r')
            return refuse(400, "a header line does not end with CR LF");
        if (const Parsed checked = checkLimits(feed, false); checked != Parsed::more)
            return checked;
        const bool empty = feed == lineStart_ + 1;
        if (empty && lineStart_ > begin_) {
            end_ = feed + 1;
            return checkLimits(end_, true);
        }
        lineStart_ = feed + 1;
        if (empty) begin_ = lineStart_;
        if (begin_ > maxEmptyBytes) return refuse(400, "empty lines come before the request");
    }
}

Parsed RequestParser::checkLimits(std::size_t size, bool complete) {
    const std::size_t bytes = size - begin_;
    const bool inRequestLine = lineStart_ == begin_;
    if (inRequestLine && bytes > maxTargetBytes_ + lineBesidesTarget)
        return refuse(414, "the request target is too long");
    if (bytes > maxHeaderBytes_) return refuse(431, "the header block is too long");
    return complete ? Parsed::done : Parsed::more;
}

Parsed RequestParser::parseHead(std::string_view block) {
    head_.fields.clear();
    std::size_t start = 0;
    while (true) {
        const auto end = block.find('\n', start) - 1;  // findEnd saw every line's CR LF
        const auto line = block.substr(start, end - start);
        if (line.empty()) break;
        const Parsed parsed = start == 0 ? parseRequestLine(line) : parseField(line);
        if (parsed != Parsed::done) return parsed;
        start = end + 2;
    }
    if (auto fault = readFraming(head_)) {
        fault_ = std::move(*fault);
        return Parsed::refused;
    }
    return Parsed::done;
}

Parsed RequestParser::parseRequestLine(std::string_view line) {
    const auto first = line.find(' ');
    const auto second = line.find(' ', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos)
        return refuse(400, "the request line is not METHOD TARGET VERSION");
    const auto target = line.substr(first + 1, second - first - 1);
    const auto version = line.substr(second + 1);
    if (version.size() != 8 || !version.starts_with("HTTP/") || !isDigit(version[5]) ||
        version[6] != '.' || !isDigit(version[7]))
        return refuse(400, "the request line does not end with a version such as HTTP/1.1");
    if (version[5] != '1') return refuse(505, "only HTTP/1.0 and HTTP/1.1 are spoken here");
    head_.minor = version[7] - '0';
    head_.method = line.substr(0, first);
    if (!isToken(head_.method)) return refuse(400, "the method is not a token");
    if (target.size() > maxTargetBytes_) return refuse(414, "the request target is too long");
    if (auto fault = readTarget(target, head_)) {
        fault_ = std::move(*fault);
        return Parsed::refused;
    }
    return Parsed::done;
}

Parsed RequestParser::parseField(std::string_view line) {
    if (line.front() == ' ' || line.front() == '\t')
        return refuse(400, "a header field is continued on the next line");
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return refuse(400, "a header line has no colon");
    const Field field{line.substr(0, colon), trim(line.substr(colon + 1))};
    if (!isToken(field.name))
        return refuse(400, "a header field's name holds a character that is not allowed there");
    if (!isFieldValue(field.value))
        return refuse(400, "a header field's value holds a control character");
    if (head_.fields.size() == maxFields) return refuse(431, "there are too many header fields");
    head_.fields.push_back(field);
    return Parsed::done;
}

}  // namespace errand::http
