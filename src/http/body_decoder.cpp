// SPDX-License-Identifier: Apache-2.0
#include "http/body_decoder.h"

#include <algorithm>

namespace errand::http {
namespace {

// A chunk's size line holds its digits and, from almost nobody, extensions.
constexpr std::size_t maxLineBytes = 1024;
// In all: else a body of little chunks could go on for a thousand times its length.
constexpr std::size_t maxExtensionBytes = 16384;
// Trailers are read only to find their end.
constexpr std::size_t maxTrailerBytes = 8192;
// 60 bits of size: far over any limit on bodies, and safe from overflow.
constexpr std::size_t maxSizeDigits = 15;

}  // namespace

Parsed BodyDecoder::refuse(int status, const char* detail) {
    fault_ = {status, detail};
    return Parsed::refused;
}

Parsed BodyDecoder::tooLarge() {
    fault_ = {413, "the body is over " + std::to_string(maxBytes_) + " bytes"};
    return Parsed::refused;
}

Parsed BodyDecoder::begin(const Head& head) {
    body_.clear();
    line_.clear();
    extensionBytes_ = 0;
    trailerBytes_ = 0;
    left_ = head.length.value_or(0);
    part_ = head.chunked ? Part::sizeLine : Part::data;
    if (left_ > maxBytes_) return tooLarge();
    return head.hasBody() ? Parsed::more : Parsed::done;
}

Parsed BodyDecoder::push(std::string_view& input) {
    Parsed parsed = Parsed::more;
    while (parsed == Parsed::more && !input.empty())
        parsed = part_ == Part::data || part_ == Part::chunk ? takeData(input) : takeLine(input);
    return parsed;
}

Parsed BodyDecoder::takeData(std::string_view& input) {
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
    body_.append(input.substr(0, size));
    input.remove_prefix(size);
    left_ -= size;
    if (left_ > 0) return Parsed::more;
    if (part_ == Part::data) return Parsed::done;
    part_ = Part::chunkEnd;
    return Parsed::more;
}

Parsed BodyDecoder::takeLine(std::string_view& input) {
    const auto feed = input.find('\n');
    const auto size = feed == std::string_view::npos ? input.size() : feed + 1;
    if (line_.size() + size > maxLineBytes)
        return refuse(400, "a line of the chunked body is too long");
    line_.append(input.substr(0, size));
    input.remove_prefix(size);
    if (feed == std::string_view::npos) return Parsed::more;
    if (line_.size() < 2 || line_[line_.size() - 2] != '\r')
        return refuse(400, "a line of the chunked body does not end with CR LF");
    const Parsed parsed = endLine();
    line_.clear();
    return parsed;
}

// REQUIRES a whole line, CR LF included.
Parsed BodyDecoder::endLine() {
    if (part_ == Part::sizeLine) return readSize();
    const bool empty = line_.size() == 2;
    if (part_ == Part::chunkEnd) {
        if (!empty) return refuse(400, "a chunk is longer than its size says");
        part_ = Part::sizeLine;
        return Parsed::more;
    }
    if (empty) return Parsed::done;
    trailerBytes_ += line_.size();
    if (trailerBytes_ > maxTrailerBytes) return refuse(431, "the trailer section is too long");
    return Parsed::more;
}

Parsed BodyDecoder::readSize() {
    std::size_t digits = 0;
    left_ = 0;
    while (hexValue(line_[digits]) >= 0 && digits <= maxSizeDigits)
        left_ = left_ << 4 | static_cast<std::uint64_t>(hexValue(line_[digits++]));
    if (digits > maxSizeDigits) return tooLarge();
    const char next = line_[digits];
    // Spaces are "bad white space" (RFC 9112, section 7.1.1), which only smugglers still send.
    const bool plain = next == '\r' && digits + 2 == line_.size();
    if (digits == 0 || !(plain || next == ';'))
        return refuse(400, "a chunk's size is not a hexadecimal number");
    extensionBytes_ += line_.size() - digits - 2;
    if (extensionBytes_ > maxExtensionBytes) return refuse(400, "there are too many extensions");
    if (left_ > maxBytes_ - body_.size()) return tooLarge();
    part_ = left_ == 0 ? Part::trailer : Part::chunk;
    return Parsed::more;
}

}  // namespace errand::http
