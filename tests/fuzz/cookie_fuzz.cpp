// SPDX-License-Identifier: Apache-2.0
// Any text as the field Cookie, its first line as the name that is looked for: what is found stands
// there, could be set, and is found among others.
#include <algorithm>
#include <string>

#include "access/cookie.h"
#include "fuzz/require.h"

namespace errand::fuzz {
namespace {

void checkField(std::string_view field, std::string_view name) {
    const auto value = access::cookieValue(field, name);
    if (!value) return;
    require(value->data() >= field.data() &&
                value->data() + value->size() <= field.data() + field.size(),
            "a value is a view of the field", field);
    for (const char c : *value) {
        require(c > ' ' && c < '\x7f' && c != ';' && c != ',' && c != '"' && c != '\\',
                "it holds what a cookie may", *value);
    }
    const std::string text(field);
    require(access::cookieValue(text + "; x-other=1", name) == value, "what follows is no matter");
    if (name != "x-other") {
        require(access::cookieValue("x-other=\"1\" ;" + text, name) == value, "nor what precedes",
                text);
    }
    std::string first(name);
    first += "=\"7\";" + text;
    require(access::cookieValue(first, name) == "7", "the first one counts", text);
    const std::string set = access::sessionCookie(name, *value, std::chrono::hours(12), true);
    const std::string pair = set.substr(0, set.find(';'));
    require(access::cookieValue(pair, name) == value, "what is set comes back", set);
}

}  // namespace
}  // namespace errand::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace errand::fuzz;
    std::string_view rest = textOf(data, size);
    const std::string_view name = takePart(rest, '\n');
    const bool isToken = std::ranges::all_of(name, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               c == '_' || c == '-';
    });
    if (!name.empty() && isToken) checkField(rest, name);
    return 0;
}
