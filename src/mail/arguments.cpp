// SPDX-License-Identifier: Apache-2.0
#include "mail/arguments.h"

#include <algorithm>
#include <string_view>

namespace errand::rpc {
namespace {

using mail::Contents;
using mail::Subject;

// Characters, as JSON Schema's maxLength counts them: all bytes of UTF-8 but those that continue.
std::size_t countCharacters(std::string_view text) {
    const auto begins = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
    return static_cast<std::size_t>(std::ranges::count_if(text, begins));
}

std::optional<std::string> faultOfSubject(std::string_view text) {
    if (text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
        return "must not contain CR, LF or NUL";
    }
    if (countCharacters(text) > Subject::maxCharacters) {
        return "must have at most " + std::to_string(Subject::maxCharacters) + " characters";
    }
    return std::nullopt;
}

std::optional<std::string> faultOfContents(std::string_view text) {
    if (text.size() <= Contents::maxBytes) return std::nullopt;
    return "must have at most " + std::to_string(Contents::maxBytes) + " bytes";
}

}  // namespace

mail::Subject Argument<Subject>::read(const base::Json& value) {
    std::string text = Argument<std::string>::read(value);
    if (const auto fault = faultOfSubject(text)) throw Error("ValueError", "subject " + *fault);
    return {std::move(text)};
}

std::optional<std::string> Argument<Subject>::check(const base::Json& value) {
    if (auto fault = Argument<std::string>::check(value)) return fault;
    return faultOfSubject(value.asString());
}

std::string Argument<Subject>::schema() {
    return R"({"type":"string","pattern":"^[^\\r\\n\\u0000]*$","maxLength":)" +
           std::to_string(Subject::maxCharacters) + "}";
}

mail::Contents Argument<Contents>::read(const base::Json& value) {
    std::string text = Argument<std::string>::read(value);
    if (const auto fault = faultOfContents(text)) throw Error("ValueError", "contents " + *fault);
    return {std::move(text)};
}

std::optional<std::string> Argument<Contents>::check(const base::Json& value) {
    if (auto fault = Argument<std::string>::check(value)) return fault;
    return faultOfContents(value.asString());
}

std::string Argument<Contents>::schema() {
    return R"({"type":"string","maxLength":)" + std::to_string(Contents::maxBytes) + "}";
}

}  // namespace errand::rpc
