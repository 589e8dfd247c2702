// SPDX-License-Identifier: Apache-2.0
#include "http/capacity.h"

#include <algorithm>
#include <string>

#include <Poco/Logger.h>

namespace errand::http {
namespace {

// For all that is no client: database, log, broker, mail, and newcomers that are refused.
constexpr std::size_t otherDescriptors = 256;

}  // namespace

Settings fitted(Settings settings, std::size_t descriptors) {
    const std::size_t room = descriptors - std::min(descriptors / 2, otherDescriptors);
    const std::size_t streams = settings.maxStreams;
    const std::size_t connections = settings.maxConnections;
    if (connections <= room && streams <= room - connections) return settings;
    // Two of three are for connections, and what the ones do not want is for the others.
    settings.maxConnections = std::min(connections, room - std::min(streams, room / 3));
    settings.maxStreams = std::min(streams, room - settings.maxConnections);
    Poco::Logger::get("http").information(
        "there is room for " + std::to_string(settings.maxConnections) + " connections and " +
        std::to_string(settings.maxStreams) + " streams, not for the " +
        std::to_string(connections) + " of http.maxConnections and the " + std::to_string(streams) +
        " of http.maxStreams: the process may have " + std::to_string(descriptors) +
        " files and sockets open (ulimit -n)");
    return settings;
}

}  // namespace errand::http
