// SPDX-License-Identifier: Apache-2.0
#include "http/etag.h"

namespace errand::http {
namespace {

// Takes the next tag off the front of the list, quotes and all; empty at its end, and where no tag
// stands. A tag may hold a comma.
std::string_view takeTag(std::string_view& rest) noexcept {
    while (!rest.empty() && (rest.front() == ',' || rest.front() == ' ' || rest.front() == '\t'))
        rest.remove_prefix(1);
    if (rest.starts_with("W/")) rest.remove_prefix(2);
    if (!rest.starts_with('"')) return {};
    const auto end = rest.find('"', 1);
    if (end == std::string_view::npos) return {};
    const auto tag = rest.substr(0, end + 1);
    rest.remove_prefix(end + 1);
    return tag;
}

}  // namespace

std::string etagOf(std::int64_t changed) {
    return '"' + std::to_string(changed) + '"';
}

bool namesTag(std::string_view list, std::string_view etag) noexcept {
    if (trim(list) == "*") return true;
    while (true) {
        const std::string_view tag = takeTag(list);
        if (tag.empty() || tag == etag) return !tag.empty();
    }
}

IfNoneMatch::IfNoneMatch(const Head& head) {
    for (const Field& field : head.fields) {
        if (!sameName(field.name, "If-None-Match")) continue;
        if (given_) tags_ += ',';
        tags_.append(field.value);
        given_ = true;
    }
}

}  // namespace errand::http
