// SPDX-License-Identifier: Apache-2.0
// Any text into the readers of single header fields: Prefer, If-None-Match and Last-Event-ID. What
// they read does not depend on what does not count: on letter case, on how fields are put together,
// on what is unknown.
#include <algorithm>
#include <string>

#include "fuzz/require.h"
#include "http/etag.h"
#include "http/event_text.h"
#include "http/prefer.h"

namespace errand::fuzz {
namespace {

constexpr std::chrono::seconds longest{60};

http::Preferences preferences(std::string_view one, std::string_view other = {}) {
    http::Head head;
    head.fields = {{"Prefer", one}, {"Prefer", other}};
    return http::readPreferences(head, longest);
}

bool same(const http::Preferences& one, const http::Preferences& other) {
    return one.wait == other.wait && one.respondAsync == other.respondAsync;
}

void checkPreferences(std::string_view text) {
    const http::Preferences read = preferences(text);
    require(!read.wait || (read.wait->count() >= 0 && *read.wait <= longest), "a wait is bounded");
    const bool any = read.wait || read.respondAsync;
    std::string lower(text);
    for (char& c : lower) c = http::lower(c);
    require(same(read, preferences(lower)), "case does not count", text);
    require(!any || lower.find("wait") != lower.npos || lower.find("respond-async") != lower.npos,
            "nothing comes from nothing", text);
    require(same(read, preferences("x-other=\"a, wait=1\";b=c", text)), "fields are one list",
            text);
    require(same(read, preferences(",, x-other ," + std::string(text))), "unknown is ignored",
            text);
    if (std::ranges::count(text, '"') == 0)
        require(same(read, preferences(std::string(text) + ", x-other")), "in any place", text);
    if (read.wait) require(same(read, preferences(text, "wait=7")), "the first one counts", text);
}

void checkTags(std::string_view text) {
    constexpr std::string_view tag = "\"42\"";
    const bool named = http::namesTag(text, tag);
    const bool star = http::trim(text) == "*";
    require(!named || star || text.find(tag) != text.npos, "what is named is there", text);
    require(star || named == http::namesTag("\"a,b\", W/\"c\" ," + std::string(text), tag),
            "others before it change nothing", text);
    require(http::namesTag("\"42\", " + std::string(text), tag), "it is found before anything");
    require(star || !http::namesTag(text, ""), "no tag is none", text);
    http::Head head;
    head.fields = {{"If-None-Match", text}};
    require(http::IfNoneMatch(head).names(tag) == named, "a field is its text", text);
}

void checkEventId(std::string_view text) {
    http::Head head;
    head.fields = {{"Last-Event-ID", text}};
    const auto read = http::readLastEventId(head);
    require(read.has_value() != text.empty(), "an empty one is none", text);
    if (!read || *read == http::unknownEvent) return;
    require(*read >= 0 && std::ranges::all_of(text, http::isDigit), "an id is a number", text);
    const auto first = std::min(text.find_first_not_of('0'), text.size() - 1);
    require(std::to_string(*read) == text.substr(first), "digit by digit", text);
}

}  // namespace
}  // namespace errand::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace errand::fuzz;
    const std::string_view text = textOf(data, size);
    checkPreferences(text);
    checkTags(text);
    checkEventId(text);
    return 0;
}
