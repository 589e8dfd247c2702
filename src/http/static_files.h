// SPDX-License-Identifier: Apache-2.0
// StaticFiles finds and reads the files of the web root, and nothing outside it.
//
// Threads: constant; any number of threads at once.
// Owns: nothing; files are read when asked for, so that they can be edited while the server runs.
// Errors: outcomes are values: what is not there, or not to be shown, is nullopt.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace errand::http {

class StaticFiles {
public:
    struct File {
        std::filesystem::path path;  // without symbolic links
        std::string etag;            // with its quotes
        base::Time modified;         // whole seconds, as HTTP dates have them
        std::string_view contentType;
    };

    // The directory may be missing or come later: then nothing is found.
    explicit StaticFiles(std::filesystem::path root) : root_(std::move(root)) {}

    // The file for a decoded path; "/" at its end stands for index.html. Names that begin with a
    // dot, "..", NUL and links that lead out of the root are not found.
    std::optional<File> find(std::string_view path) const;

    std::optional<std::string> read(const File& file) const;

private:
    // Set in the constructor, then constant.
    const std::filesystem::path root_;
};

}  // namespace errand::http
