// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "rpc/argument.h"
#include "rpc/python.h"

namespace errand::rpc {

namespace {

constexpr std::size_t maxAddress = 254;  // RFC 5321, 4.5.3.1.3: a path of 256 with its brackets
constexpr std::size_t maxLocal = 64;     // RFC 5321, 4.5.3.1.1
constexpr std::size_t maxLabel = 63;     // RFC 1035, 2.3.4
constexpr std::size_t shownAddress = 200;

// By hand: <cctype> asks the locale.
bool isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// RFC 5322's atext.
bool isAtomText(char c) {
    return isLetterOrDigit(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

bool isAtom(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), isAtomText);
}

bool isLabel(std::string_view text) {
    return !text.empty() && text.size() <= maxLabel && text.front() != '-' && text.back() != '-' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return isLetterOrDigit(c) || c == '-'; });
}

template <class Predicate>
bool everyPart(std::string_view text, Predicate good) {
    for (;;) {
        const std::size_t dot = text.find('.');
        if (!good(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

}  // namespace

std::optional<Mailbox> parseMailbox(std::string_view text) {
    const std::size_t at = text.find('@');
    if (text.size() > maxAddress || at == std::string_view::npos || at > maxLocal) {
        return std::nullopt;
    }
    if (!everyPart(text.substr(0, at), isAtom) || !everyPart(text.substr(at + 1), isLabel)) {
        return std::nullopt;
    }
    return Mailbox{std::string(text)};
}

Mailbox Argument<Mailbox>::read(const base::Json& value) {
    if (!value.isString()) {
        throw Error("ValueError",
                    std::string("not a plain mailbox: a value of type ") + pythonTypeName(value));
    }
    if (auto mailbox = parseMailbox(value.asString())) return *std::move(mailbox);
    throw Error("ValueError", "not a plain mailbox: " + pythonRepr(value.asString(), shownAddress));
}

std::optional<std::string> Argument<Mailbox>::check(const base::Json& value) {
    if (value.isString() && parseMailbox(value.asString())) return std::nullopt;
    return "must be one plain mailbox such as name@example.com";
}

std::string Argument<Mailbox>::schema() {
    return R"({"type":"string","format":"email","maxLength":254})";
}

}  // namespace errand::rpc
