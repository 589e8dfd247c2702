// SPDX-License-Identifier: Apache-2.0
// Cursor walks over what was typed into the shell, and says where something is wrong.
//
// Threads: used by one thread.
// Owns: nothing; borrows the text.
// Errors: BadSyntax, one line with line and column.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace errand::cli {

// What was typed makes no sense; or none yet, where more lines may complete it.
class BadSyntax : public std::runtime_error {
public:
    BadSyntax(const std::string& text, bool incomplete)
        : std::runtime_error(text), incomplete_(incomplete) {}
    bool incomplete() const noexcept { return incomplete_; }

private:
    bool incomplete_;
};

class Cursor {
public:
    explicit Cursor(std::string_view text) : text_(text) {}

    bool atEnd() const noexcept { return at_ == text_.size(); }
    std::size_t at() const noexcept { return at_; }
    // The character that many bytes ahead; 0 beyond the end.
    char peek(std::size_t ahead = 0) const noexcept {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    bool sees(std::string_view what) const noexcept { return text_.substr(at_).starts_with(what); }
    // REQUIRES that they are there.
    char take() noexcept { return text_[at_++]; }
    void advance(std::size_t count) noexcept { at_ += count; }
    // Takes what stands next where it is this.
    bool takeIf(char c) noexcept;

    // Letters, digits and underscores, not beginning with a digit; empty where none stand here.
    std::string_view takeName() noexcept;
    // What is before the cursor, from that offset on.
    std::string_view since(std::size_t begin) const noexcept {
        return text_.substr(begin, at_ - begin);
    }

    // Blanks, joined lines and comments; line breaks, too, within brackets.
    void skipBlank(bool acrossLines);

    [[noreturn]] void fail(const std::string& what) const { failAt(at_, what); }
    [[noreturn]] void failAt(std::size_t at, const std::string& what) const;
    // The end has come too early.
    [[noreturn]] void endsTooEarly(std::size_t begin, const std::string& what) const;

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace errand::cli
