// SPDX-License-Identifier: Apache-2.0
#include "cli/history_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace errand::cli {

namespace {

// The specification of XDG has relative paths ignored.
std::string absoluteFromEnvironment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value == '/' ? value : "";
}

// Arguments may be secrets. True when all of it is in the file.
bool writePrivately(const std::string& path, int flags, const std::string& text) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600);
    if (file < 0) return false;
    // One write, so that lines of two shells do not mix.
    const bool written = ::fchmod(file, 0600) == 0 && ::write(file, text.data(), text.size()) ==
                                                          static_cast<ssize_t>(text.size());
    ::close(file);
    return written;
}

}  // namespace

std::string HistoryFile::usualPath() {
    if (const std::string state = absoluteFromEnvironment("XDG_STATE_HOME"); !state.empty()) {
        return state + "/errand/history";
    }
    const std::string home = absoluteFromEnvironment("HOME");
    return home.empty() ? home : home + "/.local/state/errand/history";
}

std::vector<std::string> HistoryFile::load() const {
    std::vector<std::string> lines;
    std::ifstream file(path_, std::ios::binary);
    for (std::string line; std::getline(file, line);) {
        if (!line.empty()) lines.push_back(std::move(line));
    }
    if (lines.size() <= kept) return lines;
    const bool grown = lines.size() > 2 * kept;
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kept));
    if (grown) write(lines);
    return lines;
}

void HistoryFile::add(const std::string& line) const {
    if (path_.empty() || line.find_first_not_of(" \t") == std::string::npos) return;
    if (writePrivately(path_, O_APPEND, line + '\n')) return;
    const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
    std::error_code failed;
    if (!std::filesystem::create_directories(folder, failed)) return;
    ::chmod(folder.c_str(), 0700);
    writePrivately(path_, O_APPEND, line + '\n');
}

void HistoryFile::write(const std::vector<std::string>& lines) const {
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    const std::string draft = path_ + ".new";
    if (writePrivately(draft, O_TRUNC, text)) ::rename(draft.c_str(), path_.c_str());
}

}  // namespace errand::cli
