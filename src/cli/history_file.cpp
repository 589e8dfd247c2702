// SPDX-License-Identifier: Apache-2.0
#include "cli/history_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/private_file.h"

namespace errand::cli {

namespace {

// The specification of XDG has relative paths ignored.
std::string absoluteFromEnvironment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && std::filesystem::path(value).is_absolute() ? value : "";
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
    // Arguments may be secrets. One write, so that lines of two shells do not mix.
    if (base::writePrivately(path_, line + '\n', base::Write::append)) return;
    const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
    std::error_code failed;
    if (!std::filesystem::create_directories(folder, failed)) return;
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
    base::writePrivately(path_, line + '\n', base::Write::append);
}

void HistoryFile::write(const std::vector<std::string>& lines) const {
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    const std::string draft = path_ + ".new";
    std::error_code failed;
    if (base::writePrivately(draft, text, base::Write::anew))
        std::filesystem::rename(draft, path_, failed);
}

}  // namespace errand::cli
