// SPDX-License-Identifier: Apache-2.0
#include "jobs/text_search.h"

#include "base/json.h"

namespace errand::jobs {

namespace {

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

constexpr std::size_t at(char c) noexcept {
    return static_cast<unsigned char>(c);
}

}  // namespace

TextSearch::TextSearch(std::string_view text) {
    needles_.push_back(makeNeedle(text));
    std::string quoted;
    base::appendJsonString(quoted, text);
    const std::string_view escaped = std::string_view(quoted).substr(1, quoted.size() - 2);
    if (escaped != text) needles_.push_back(makeNeedle(escaped));
}

// Horspool's search: a stretch of the table is megabytes, and most places can be stepped over.
TextSearch::Needle TextSearch::makeNeedle(std::string_view text) {
    Needle needle;
    for (const char c : text) needle.text += lower(c);
    needle.skip.fill(text.size());
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        const char c = needle.text[i];
        needle.skip[at(c)] = text.size() - 1 - i;
        if (c >= 'a' && c <= 'z') needle.skip[at(c) & ~std::size_t{0x20}] = text.size() - 1 - i;
    }
    return needle;
}

bool TextSearch::find(const Needle& needle, std::string_view stored) noexcept {
    const std::size_t size = needle.text.size();
    for (std::size_t from = 0; from + size <= stored.size();) {
        std::size_t left = size;
        while (left > 0 && lower(stored[from + left - 1]) == needle.text[left - 1]) --left;
        if (left == 0) return true;
        from += needle.skip[at(stored[from + size - 1])];
    }
    return false;
}

bool TextSearch::isIn(std::string_view stored) const noexcept {
    for (const Needle& needle : needles_) {
        if (find(needle, stored)) return true;
    }
    return false;
}

}  // namespace errand::jobs
