// SPDX-License-Identifier: Apache-2.0
// TextSearch finds a text within stored ones, ASCII letters in either case. Most of what is stored
// is JSON, so the text is looked for as it is and as a JSON string has it.
//
// Threads: constant; any.
// Owns: its copies of the text.
// Errors: none.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace errand::jobs {

class TextSearch {
public:
    // REQUIRES a text that is not empty.
    explicit TextSearch(std::string_view text);

    bool isIn(std::string_view stored) const noexcept;

private:
    struct Needle {
        std::string text;                     // in lower case
        std::array<std::size_t, 256> skip{};  // how far to go on by what stands at the end
    };

    static Needle makeNeedle(std::string_view text);
    static bool find(const Needle& needle, std::string_view stored) noexcept;

    std::vector<Needle> needles_;  // one, or two where JSON escapes a character of the text
};

}  // namespace errand::jobs
