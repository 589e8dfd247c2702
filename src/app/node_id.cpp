// SPDX-License-Identifier: Apache-2.0
#include "app/node_id.h"

#include <Poco/Exception.h>
#include <Poco/File.h>

#include <filesystem>
#include <fstream>
#include <optional>

#include "app/value.h"
#include "base/clock.h"
#include "base/system.h"

namespace errand::app {

namespace {

// What a file may hold that is a node id: more is none.
constexpr std::streamsize longest = 64;

std::optional<base::Id> parseFile(const std::string& path) {
    std::ifstream file(path);
    std::string text(longest, '\0');
    file.read(text.data(), longest);
    if (file.bad() || !file.eof()) return std::nullopt;
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.ends_with('\n')) text.pop_back();
    return base::Id::parse(text);
}

base::Id makeFile(const std::string& path) {
    const base::Id id = base::Id::generate(base::Clock::system().now());
    const std::string half = path + ".new";
    // Of a start that was cut off.
    std::filesystem::remove(half);
    base::writeDurably(half, id.toString() + '\n');
    Poco::File(half).renameTo(path);
    base::syncParent(path);
    return id;
}

}  // namespace

base::Id nodeIdOf(const std::string& directory) {
    const std::string path = directory + "/node-id";
    if (!std::filesystem::exists(path)) return makeFile(path);
    const std::optional<base::Id> id = parseFile(path);
    if (!id) {
        throw ConfigError("data.directory: " + path +
                          " holds no node id; restore it, or remove it and lose what the broker"
                          " still holds for this node");
    }
    return *id;
}

}  // namespace errand::app
