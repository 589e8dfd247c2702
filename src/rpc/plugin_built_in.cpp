// SPDX-License-Identifier: Apache-2.0
#include "rpc/plugin_built_in.h"

#include <Poco/Exception.h>

#include "rpc/plugin.h"

namespace errand::rpc {

struct Plugin::Library {
    std::unique_ptr<Transport> transport;
};

std::vector<std::string> transportsIn(const std::string&) {
    std::vector<std::string> names;
    for (const auto& [name, make] : builtInTransports()) names.push_back(name);
    return names;
}

Plugin::Plugin(const std::string&, const std::string& name)
    : library_(std::make_unique<Library>()) {
    const auto found = builtInTransports().find(name);
    if (found == builtInTransports().end())
        throw Poco::NotFoundException("no transport '" + name + "' is part of this program");
    library_->transport = found->second();
}

Plugin::~Plugin() = default;

Transport& Plugin::transport() noexcept {
    return *library_->transport;
}

}  // namespace errand::rpc
