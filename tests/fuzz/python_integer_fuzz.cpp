// SPDX-License-Identifier: Apache-2.0
// Any text into the readers of integers: what they take is what Python's int() takes, GMP prints it
// back, and limits on digits hold before anything is converted.
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/integer.h"
#include "base/json.h"
#include "base/text.h"
#include "fuzz/require.h"
#include "rpc/argument.h"
#include "rpc/error.h"
#include "rpc/python.h"

namespace errand::fuzz {
namespace {

using base::Integer;
using base::Json;

constexpr std::size_t maxDigits = 50;

bool isAscii(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) >= 0x80) return false;
    return true;
}

// int() for ASCII, said once more: the sign and digits that are left without spaces and underscores
// where those may stand.
std::optional<std::string> plainDigits(std::string_view text) {
    constexpr std::string_view spaces(" \t\n\v\f\r");
    const std::size_t begin = text.find_first_not_of(spaces);
    if (begin == text.npos) return std::nullopt;
    text = text.substr(begin, text.find_last_not_of(spaces) - begin + 1);
    std::string digits;
    if (text.front() == '-') digits = "-";
    if (text.front() == '-' || text.front() == '+') text.remove_prefix(1);
    bool ended = true;
    while (ended) {
        const std::size_t underscore = text.find('_');
        ended = underscore != text.npos;
        const std::string_view part = text.substr(0, underscore);
        if (part.empty() || part.find_first_not_of("0123456789") != part.npos) return std::nullopt;
        digits += part;
        if (ended) text.remove_prefix(underscore + 1);
    }
    return digits;
}

void checkPython(std::string_view text) {
    const auto value = base::parsePythonInteger(text);
    if (isAscii(text)) {
        const auto expected = plainDigits(text);
        require(value.has_value() == expected.has_value(), "ASCII is taken as int() takes it");
        if (value) require(*value == Integer(*expected, 10), "and for the same number");
    }
    if (!value) return;
    const std::string printed = base::toString(*value);
    require(base::parsePythonInteger(printed) == value, "the digits are the number", printed);
    require(base::parseJsonInteger(printed) == value, "and are a JSON integer", printed);
    const std::size_t shown = printed.size() - (printed.front() == '-' ? 1 : 0);
    require(shown <= std::max<std::size_t>(base::countDigits(text), 1), "no digit is added");
}

void checkNumber(std::string_view text) {
    const bool isNumber = !text.empty() && base::numberPrefix(text) == text.size();
    const auto value = base::truncateNumber(text);
    if (!isNumber) return require(!value, "what is no number is not truncated");
    const Json number(Json::Number{std::string(text)});
    require(Json::parse(text) == number, "a number is JSON");
    if (number.isInteger()) return require(base::toString(*value) == text || text == "-0", "as is");
    const double expected = std::strtod(std::string(text).c_str(), nullptr);
    require(value.has_value() == std::isfinite(expected), "infinite is none");
    if (value) require(*value == Integer(expected), "truncated as a float is");
}

// What the services see: limited, and refused with words of bounded length.
void checkOperand(const Json& value) {
    const bool accepted = !rpc::Argument<rpc::IntegerLike>::check(value);
    try {
        const Integer read = rpc::IntegerLike(value).value(maxDigits);
        const std::string digits = base::toString(read);
        require(digits.size() <= maxDigits + 1, "the limit on digits holds", digits);
    } catch (const rpc::Error& error) {
        const std::string text = error.what();
        require(base::isUtf8(text) && text.size() < 2500, "the error can be sent", text);
        const bool overLimit = text.starts_with("Exceeds the limit");
        require(!accepted || overLimit, "what the check accepts is read", text);
        require(error.type() == "ValueError" || error.type() == "OverflowError", "by its name");
    }
}

}  // namespace
}  // namespace errand::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace errand::fuzz;
    const std::string_view text = textOf(data, size);
    checkPython(text);
    checkNumber(text);
    if (!errand::base::isUtf8(text)) return 0;
    checkOperand(Json(std::string(text)));
    if (errand::base::numberPrefix(text) == text.size() && size > 0)
        checkOperand(Json(Json::Number{std::string(text)}));
    const std::string repr = errand::rpc::pythonRepr(text, 20);
    require(errand::base::isUtf8(repr), "a repr is UTF-8", repr);
    require(repr.size() <= 80, "a repr has at most 20 characters", repr);
    return 0;
}
