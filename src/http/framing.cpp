// SPDX-License-Identifier: Apache-2.0
#include "http/framing.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace errand::http {
namespace {

// What has been seen of the fields that may come once only, or together.
struct Seen {
    bool host = false;
    bool close = false;
    bool keepAlive = false;
};

std::optional<Fault> readLength(std::string_view value, Head& head) {
    if (head.length) return Fault{400, "Content-Length is given twice"};
    if (value.empty() || !std::all_of(value.begin(), value.end(), isDigit))
        return Fault{400, "Content-Length is not a number"};
    constexpr std::size_t mostDigits = 18;  // fits 64 bits; more is over any limit on bodies
    std::uint64_t length = 0;
    if (value.size() > mostDigits)
        length = std::numeric_limits<std::uint64_t>::max();
    else
        for (const char c : value) length = length * 10 + static_cast<std::uint64_t>(c - '0');
    head.length = length;
    return std::nullopt;
}

std::optional<Fault> readCoding(std::string_view value, Head& head) {
    if (value.empty()) return Fault{400, "Transfer-Encoding is empty"};
    while (!value.empty()) {
        const auto coding = takeItem(value, ',');
        if (!sameName(coding, "chunked"))
            return Fault{501, "of transfer codings only chunked is understood"};
        if (head.chunked) return Fault{400, "Transfer-Encoding names chunked twice"};
        head.chunked = true;
    }
    return std::nullopt;
}

std::optional<Fault> readHost(std::string_view value, Seen& seen) {
    if (seen.host) return Fault{400, "Host is given twice"};
    seen.host = true;
    const auto fits = [](char c) {
        return isTokenCharacter(c) || c == ':' || c == '[' || c == ']' || c == '(' || c == ')' ||
               c == ',' || c == ';' || c == '=';
    };
    if (!std::all_of(value.begin(), value.end(), fits))
        return Fault{400, "Host is not a host name with an optional port"};
    return std::nullopt;
}

void readConnection(std::string_view value, Seen& seen) {
    while (!value.empty()) {
        const auto option = takeItem(value, ',');
        if (sameName(option, "close")) seen.close = true;
        if (sameName(option, "keep-alive")) seen.keepAlive = true;
    }
}

std::optional<Fault> readExpectation(std::string_view value, Head& head) {
    if (!sameName(value, "100-continue"))
        return Fault{417, "of expectations only 100-continue is understood"};
    head.expectsContinue = head.minor >= 1;  // RFC 9110, section 10.1.1: ignored in HTTP/1.0
    return std::nullopt;
}

// Most fields are none of ours: their length alone says so.
std::optional<Fault> readField(const Field& field, Head& head, Seen& seen) {
    switch (field.name.size()) {
        case 4:
            if (sameName(field.name, "host")) return readHost(field.value, seen);
            break;
        case 6:
            if (sameName(field.name, "expect")) return readExpectation(field.value, head);
            break;
        case 10:
            if (sameName(field.name, "connection")) readConnection(field.value, seen);
            break;
        case 14:
            if (sameName(field.name, "content-length")) return readLength(field.value, head);
            break;
        case 17:
            if (sameName(field.name, "transfer-encoding")) return readCoding(field.value, head);
            break;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Fault> readFraming(Head& head) {
    head.length.reset();
    head.chunked = head.expectsContinue = false;
    Seen seen;
    for (const Field& field : head.fields)
        if (auto fault = readField(field, head, seen)) return fault;
    if (head.chunked && head.length)
        return Fault{400, "both Content-Length and Transfer-Encoding are given"};
    if (head.chunked && head.minor == 0) return Fault{400, "HTTP/1.0 knows no Transfer-Encoding"};
    if (!seen.host && head.minor >= 1) return Fault{400, "Host is missing"};
    head.keepAlive = !seen.close && (head.minor >= 1 || seen.keepAlive);
    return std::nullopt;
}

}  // namespace errand::http
