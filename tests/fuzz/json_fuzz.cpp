// SPDX-License-Identifier: Apache-2.0
// Any text into the JSON reader: it takes exactly what is JSON within its limits, and what it took
// comes back the same after printing.
#include <optional>
#include <set>
#include <string>

#include "base/json.h"
#include "fuzz/json_grammar.h"
#include "fuzz/require.h"

namespace errand::fuzz {
namespace {

using base::Json;

// RFC 3629's table, row by row.
bool isUtf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = [&](std::size_t i) {
            return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
        };
        const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
        const unsigned first = byte(0);
        const unsigned second = byte(1);
        if (first < 0x80) {
            at += 1;
        } else if (first >= 0xC2 && first <= 0xDF && tail(1)) {
            at += 2;
        } else if (first >= 0xE0 && first <= 0xEF && tail(1) && tail(2) &&
                   (first != 0xE0 || second >= 0xA0) && (first != 0xED || second < 0xA0)) {
            at += 3;
        } else if (first >= 0xF0 && first <= 0xF4 && tail(1) && tail(2) && tail(3) &&
                   (first != 0xF0 || second >= 0x90) && (first != 0xF4 || second < 0x90)) {
            at += 4;
        } else {
            return false;
        }
    }
    return true;
}

// That keys are unique and texts UTF-8 wherever one looks.
void checkValue(const Json& value) {
    if (value.isString()) require(isUtf8(value.asString()), "a string is UTF-8");
    if (value.isArray())
        for (const Json& item : value.asArray()) checkValue(item);
    if (!value.isObject()) return;
    std::set<std::string_view> keys;
    for (const auto& [key, member] : value.asObject()) {
        require(keys.insert(key).second, "no key comes twice", key);
        require(isUtf8(key), "a key is UTF-8");
        checkValue(member);
    }
}

std::optional<Json> parse(std::string_view text, std::string& error) {
    try {
        return Json::parse(text);
    } catch (const base::JsonError& e) {
        error = e.what();
        require(e.line() >= 1 && e.line() <= text.size() + 1, "an error has a line", error);
        require(e.column() >= 1 && e.column() <= text.size() + 1, "and a column", error);
        require(isUtf8(error), "an error is UTF-8", error);
        require(error.size() < 500, "an error is short", error);
        return std::nullopt;
    }
}

}  // namespace
}  // namespace errand::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace errand::fuzz;
    const std::string_view text = textOf(data, size);
    require(errand::base::isUtf8(text) == isUtf8(text), "both agree on UTF-8");

    std::string error;
    const auto value = parse(text, error);
    const JsonGrammar grammar(text);
    const bool withinLimits = grammar.matches() && grammar.depth() <= Json::maxDepth &&
                              !grammar.halfPairs() && isUtf8(text);
    if (!value) {
        const bool twice = error.find("duplicate key") != std::string::npos;
        require(!withinLimits || twice, "what is JSON is taken", error);
        return 0;
    }
    require(withinLimits, "what is no JSON is refused");
    checkValue(*value);

    const std::string printed = value->toString();
    const auto again = parse(printed, error);
    require(again.has_value(), "what was printed is JSON", printed);
    require(*again == *value, "and the same value", printed);
    require(again->toString() == printed, "and is printed the same");
    return 0;
}
