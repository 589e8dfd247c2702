// SPDX-License-Identifier: Apache-2.0
#include "rpc/plugin.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <Poco/ClassLoader.h>
#include <Poco/Exception.h>
#include <Poco/File.h>
#include <Poco/Path.h>

namespace errand::rpc {

namespace {

constexpr std::string_view prefix = "libtransport_";

// The name becomes part of a path: it must not lead elsewhere.
bool isPlainName(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

std::string findLibrary(const std::string& directory, const std::string& name) {
    if (!isPlainName(name)) {
        throw Poco::NotFoundException("no transport is named '" + name +
                                      "': a name is of a-z, 0-9 and _");
    }
    const Poco::Path path(Poco::Path(directory).makeDirectory().makeAbsolute(),
                          std::string(prefix) + name + Poco::SharedLibrary::suffix());
    if (!Poco::File(path).exists()) {
        throw Poco::NotFoundException("no transport '" + name + "': there is no " +
                                      path.toString());
    }
    return path.toString();
}

}  // namespace

std::vector<std::string> transportsIn(const std::string& directory) {
    const std::string suffix = Poco::SharedLibrary::suffix();
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(directory, none)) {
        const std::string file = entry.path().filename().string();
        if (!file.starts_with(prefix) || !file.ends_with(suffix)) continue;
        if (file.size() <= prefix.size() + suffix.size()) continue;
        names.push_back(file.substr(prefix.size(), file.size() - prefix.size() - suffix.size()));
    }
    std::ranges::sort(names);
    return names;
}

// The loader's destructor frees its records and leaves the library mapped, which is wanted: a
// thread that close() had to abandon may still return into its code.
struct Plugin::Library {
    Poco::ClassLoader<Transport> loader;
    std::unique_ptr<Transport> transport;  // goes first
};

Plugin::Plugin(const std::string& directory, const std::string& name)
    : library_(std::make_unique<Library>()) {
    const std::string path = findLibrary(directory, name);
    library_->loader.loadLibrary(path);
    const auto* classes = library_->loader.begin()->second;
    if (classes->size() != 1) {
        throw Poco::LibraryLoadException(path + " must export exactly one transport");
    }
    library_->transport.reset(classes->begin()->create());
}

Plugin::~Plugin() = default;

Transport& Plugin::transport() noexcept {
    return *library_->transport;
}

}  // namespace errand::rpc
