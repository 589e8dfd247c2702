// SPDX-License-Identifier: Apache-2.0
#include "cli/cursor.h"

#include <algorithm>

namespace errand::cli {

namespace {

bool isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}

// " (line 2, column 7)", the column in characters, as an editor counts.
std::string place(std::string_view text, std::size_t at) {
    const std::string_view before = text.substr(0, at);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::string_view last = before.substr(before.rfind('\n') + 1);
    const auto column = 1 + std::count_if(last.begin(), last.end(), [](char c) {
                            return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
                        });
    return " (line " + std::to_string(line) + ", column " + std::to_string(column) + ')';
}

}  // namespace

bool Cursor::takeIf(char c) noexcept {
    if (atEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
}

std::string_view Cursor::takeName() noexcept {
    const std::size_t begin = at_;
    if (!atEnd() && peek() >= '0' && peek() <= '9') return {};
    while (!atEnd() && isNameCharacter(text_[at_])) ++at_;
    return since(begin);
}

void Cursor::skipBlank(bool acrossLines) {
    while (!atEnd()) {
        const char c = text_[at_];
        if (c == ' ' || c == '\t' || c == '\f' || c == '\r' || (acrossLines && c == '\n')) {
            ++at_;
        } else if (c == '#') {
            at_ = std::min(text_.find('\n', at_), text_.size());
        } else if (c == '\\' && peek(1) == '\n') {
            at_ += 2;
        } else if (c == '\\' && at_ + 1 == text_.size()) {
            endsTooEarly(at_, "the line goes on after its backslash");
        } else {
            return;
        }
    }
}

void Cursor::failAt(std::size_t at, const std::string& what) const {
    throw BadSyntax(what + place(text_, at), false);
}

void Cursor::endsTooEarly(std::size_t begin, const std::string& what) const {
    throw BadSyntax(what + place(text_, begin), true);
}

}  // namespace errand::cli
