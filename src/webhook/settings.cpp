// SPDX-License-Identifier: Apache-2.0
#include "webhook/settings.h"

#include <Poco/Exception.h>

#include "webhook/fence.h"
#include "webhook/secret.h"
#include "webhook/tls.h"

namespace errand::webhook {

std::optional<std::string> whatIsWrong(const Settings& settings) {
    for (std::size_t i = 0; i < settings.secrets.size(); ++i) {
        if (Secret::parse(settings.secrets[i])) continue;
        return "webhook.secrets: number " + std::to_string(i + 1) +
               " is no secret: whsec_ and the base64 of 24 to 64 bytes";
    }
    for (const std::string& entry : settings.allow) {
        if (Fence::isEntry(entry)) continue;
        return "webhook.allow: " + entry +
               " is neither a network such as 10.0.0.0/8, nor an address, nor a host name";
    }
    if (settings.ca.empty()) return std::nullopt;  // the system's, which take 40 ms to read
    try {
        const TlsTrust trust(settings.ca);
    } catch (const Poco::Exception& exception) {
        return "webhook.ca: " + exception.message();
    }
    return std::nullopt;
}

}  // namespace errand::webhook
