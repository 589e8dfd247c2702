// SPDX-License-Identifier: Apache-2.0
// LineSource is where the shell's lines come from: a person at a terminal, or a script.
//
// Threads: used by one thread.
// Owns: what the implementation says.
// Errors: none; a source that breaks has ended.
#pragma once

#include <istream>
#include <string>

namespace errand::cli {

struct Line {
    enum class Kind { text, interrupted, end };
    Kind kind = Kind::end;
    std::string text;  // without its line break
};

class LineSource {
public:
    virtual ~LineSource() = default;
    // `continued`: the line completes those before it.
    virtual Line next(bool continued) = 0;
};

// A script's, without prompts. Borrows the stream.
class ScriptLines : public LineSource {
public:
    explicit ScriptLines(std::istream& in) : in_(in) {}
    Line next(bool) override {
        Line line;
        if (!std::getline(in_, line.text)) return line;
        if (line.text.ends_with('\r')) line.text.pop_back();
        line.kind = Line::Kind::text;
        return line;
    }

private:
    std::istream& in_;
};

}  // namespace errand::cli
