// SPDX-License-Identifier: Apache-2.0
// JsonGrammar is a second reader, written from RFC 8259's grammar alone, that only says whether a
// text is JSON: what the real one is compared with.
//
// Threads: used by one thread.
// Owns: nothing; the text outlives it.
// Errors: none.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace errand::fuzz {

class JsonGrammar {
public:
    explicit JsonGrammar(std::string_view text) : text_(text) {
        matches_ = value(0) && at_ == text_.size();
    }

    bool matches() const { return matches_; }
    // Of arrays and objects within each other.
    std::size_t depth() const { return depth_; }
    // Whether a \u escape names half of a surrogate pair and its other half does not stand beside.
    bool halfPairs() const { return halfPairs_; }

private:
    bool take(char c) {
        if (at_ == text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }

    void space() {
        while (take(' ') || take('\t') || take('\n') || take('\r')) continue;
    }

    bool word(std::string_view word) {
        if (!text_.substr(at_).starts_with(word)) return false;
        at_ += word.size();
        return true;
    }

    bool digits() {
        const std::size_t start = at_;
        while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
        return at_ > start;
    }

    bool number() {
        take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (!take('e') && !take('E')) return true;
        if (!take('+')) take('-');
        return digits();
    }

    int hexDigit() {
        constexpr std::string_view all = "0123456789abcdef0123456789ABCDEF";
        const std::size_t found =
            at_ < text_.size() ? all.find_last_of(text_[at_]) : std::string_view::npos;
        if (found == std::string_view::npos) return -1;
        ++at_;
        return static_cast<int>(found % 16);
    }

    // The code unit of four digits, or -1.
    int unit() {
        int value = 0;
        for (int i = 0; i < 4; ++i) {
            const int digit = hexDigit();
            if (digit < 0) return -1;
            value = value * 16 + digit;
        }
        return value;
    }

    bool unicodeEscape() {
        const int first = unit();
        if (first < 0) return false;
        if (first >= 0xD800 && first <= 0xDBFF) {
            const std::size_t behind = at_;
            const int second = word("\\u") ? unit() : 0;
            if (second >= 0xDC00 && second <= 0xDFFF) return true;
            at_ = behind;
        }
        halfPairs_ = halfPairs_ || (first >= 0xD800 && first <= 0xDFFF);
        return true;
    }

    bool string() {
        if (!take('"')) return false;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '"') return true;
            if (static_cast<unsigned char>(c) < 0x20) return false;
            if (c != '\\' || at_ == text_.size()) continue;
            const char escaped = text_[at_++];
            if (escaped == 'u' ? !unicodeEscape()
                               : std::string_view("\"\\/bfnrt").find(escaped) == text_.npos)
                return false;
        }
        return false;
    }

    bool list(char end, bool named, std::size_t depth) {
        depth_ = std::max(depth_, depth);
        space();
        if (take(end)) return true;
        do {
            space();
            if (named) {
                if (!string()) return false;
                space();
                if (!take(':')) return false;
            }
            if (!value(depth)) return false;
        } while (take(','));
        return take(end);
    }

    bool value(std::size_t depth) {
        space();
        bool good = false;
        if (take('['))
            good = list(']', false, depth + 1);
        else if (take('{'))
            good = list('}', true, depth + 1);
        else if (at_ < text_.size() && text_[at_] == '"')
            good = string();
        else
            good = word("true") || word("false") || word("null") || number();
        space();
        return good;
    }

    const std::string_view text_;
    std::size_t at_ = 0;
    std::size_t depth_ = 0;
    bool halfPairs_ = false;
    bool matches_ = false;
};

}  // namespace errand::fuzz
