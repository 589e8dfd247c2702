// SPDX-License-Identifier: Apache-2.0
// HistoryFile keeps what was typed into the shell: one line each, for its owner's eyes only.
//
// Threads: used by one thread; any number of shells may add to the same file.
// Owns: nothing but the path.
// Errors: none: a shell without a history is a shell all the same.
#pragma once

#include <string>
#include <vector>

namespace errand::cli {

class HistoryFile {
public:
    // More would be read at every start, and nobody presses the arrow that often.
    static constexpr std::size_t kept = 1000;

    // Below $XDG_STATE_HOME, or $HOME/.local/state; empty where neither is set.
    static std::string usualPath();

    explicit HistoryFile(std::string path) : path_(std::move(path)) {}

    // The last lines, the oldest first. A file that has grown to twice that is cut.
    std::vector<std::string> load() const;

    // Appends a line, and creates file and directory where missing.
    void add(const std::string& line) const;

private:
    void write(const std::vector<std::string>& lines) const;

    const std::string path_;
};

}  // namespace errand::cli
