// SPDX-License-Identifier: Apache-2.0
#include "app/transports.h"

#include <Poco/Exception.h>

#include <algorithm>

#include "base/near_names.h"

namespace errand::app {

namespace {

[[noreturn]] void refuse(const Config& config, const std::vector<std::string>& found) {
    const std::string& directory = config.pluginsDirectory;
    const std::string what =
        "transport: there is no transport \"" + config.transport + "\" in " + directory;
    if (found.empty()) throw ConfigError(what + ", nor any other; set plugins.directory");
    std::string all;
    for (const std::string& name : found) all += (all.empty() ? "" : ", ") + name;
    const std::string alike = base::didYouMean(config.transport, found);
    throw ConfigError(what + ", which has " + all +
                      (alike.empty() ? "; name one of them, or set plugins.directory" : alike));
}

}  // namespace

std::unique_ptr<rpc::Plugin> loadTransport(const Config& config) {
    const std::vector<std::string> found = rpc::transportsIn(config.pluginsDirectory);
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
