// SPDX-License-Identifier: Apache-2.0
// StaticFiles finds and reads the files of the web root, and nothing outside it but what the page
// of the API loads.
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
    // `swaggerUi` holds the files of Swagger UI that the page at /apidocs/ loads.
    explicit StaticFiles(std::filesystem::path root, std::filesystem::path swaggerUi = {})
        : root_(std::move(root)), swaggerUi_(std::move(swaggerUi)) {}

    // The file for a decoded path; "/" at its end stands for index.html. Names that begin with a
    // dot, "..", NUL and links that lead out of the root are not found.
    std::optional<File> find(std::string_view path) const;

    std::optional<std::string> read(const File& file) const;

private:
    static std::optional<File> findIn(const std::filesystem::path& folder, const std::string& name);

    // Set in the constructor, then constant.
    const std::filesystem::path root_;
    const std::filesystem::path swaggerUi_;
};

}  // namespace errand::http
