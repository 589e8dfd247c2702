// SPDX-License-Identifier: Apache-2.0
#include "app/transports.h"

#include <Poco/Exception.h>
#include <Poco/SharedLibrary.h>

#include <algorithm>
#include <filesystem>

#include "base/near_names.h"

namespace errand::app {

namespace {

constexpr std::string_view prefix = "libtransport_";

[[noreturn]] void refuse(const Config& config, const std::vector<std::string>& found) {
    const std::string& directory = config.pluginsDirectory;
    const std::string what =
        "transport: there is no transport \"" + config.transport + "\" in " + directory;
    if (found.empty()) throw ConfigError(what + ", nor any other; set plugins.directory");
    std::string all;
    for (const std::string& name : found) all += (all.empty() ? "" : ", ") + name;
    const std::string near = base::didYouMean(config.transport, found);
    throw ConfigError(what + ", which has " + all +
                      (near.empty() ? "; name one of them, or set plugins.directory" : near));
}

}  // namespace

std::vector<std::string> transportsIn(const std::string& directory) {
    const std::string suffix = Poco::SharedLibrary::suffix();
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(directory, none)) {
        const std::string file = entry.path().filename();
        if (!file.starts_with(prefix) || !file.ends_with(suffix)) continue;
        if (file.size() <= prefix.size() + suffix.size()) continue;
        names.push_back(file.substr(prefix.size(), file.size() - prefix.size() - suffix.size()));
    }
    std::ranges::sort(names);
    return names;
}

std::unique_ptr<rpc::Plugin> loadTransport(const Config& config) {
    const std::vector<std::string> found = transportsIn(config.pluginsDirectory);
    if (std::ranges::find(found, config.transport) == found.end()) refuse(config, found);
    try {
        return std::make_unique<rpc::Plugin>(config.pluginsDirectory, config.transport);
    } catch (const Poco::Exception& broken) {
        // One that does not load, mostly; POCO's message is the loader's own.
        throw ConfigError("transport: " + broken.displayText() +
                          "; install the plugin anew, or set plugins.directory");
    }
}

std::string withKey(const Config& config, const std::string& said) {
    const std::string group = config.transport + '.';
    const std::string rest = said.starts_with(group) ? said.substr(group.size()) : said;
    const std::size_t end = rest.find(": ");
    const bool named =
        end != std::string::npos && config.transportSettings.contains(rest.substr(0, end));
    return named ? group + rest : "transport: " + said;
}

}  // namespace errand::app
