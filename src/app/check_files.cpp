// SPDX-License-Identifier: Apache-2.0
#include "app/check_files.h"

#include <Poco/Exception.h>

#include "access/token_list.h"
#include "app/sources.h"
#include "app/transports.h"
#include "http/tls_identity.h"

namespace errand::app {

void checkFiles(const Config& config) {
    const http::Settings& http = config.http;
    std::string key = "http.tokens: ";
    try {
        if (config.httpEnabled && !http.access.tokens.empty())
            access::readTokens(http.access.tokens);
        key.clear();  // said there
        if (config.httpEnabled && http.tls.any()) http::TlsIdentity identity(http.tls);
    } catch (const Poco::Exception& error) {
        throw ConfigError(key + error.message());
    }
    loadTransport(config);
}

std::vector<std::string> secretsIn(const std::string& file) {
    std::vector<std::string> known;
    for (const Key& key : allKeys()) known.emplace_back(key.name);
    const Settings settings = gather({file, {}, {}}, known);
    std::vector<std::string> secrets;
    for (const Key& key : allKeys()) {
        const auto found = settings.find(key.name);
        if (found == settings.end() || found->second.text.starts_with('@')) continue;
        const Value value(key.name, found->second.text, found->second.origin, key.secret);
        // What everybody knows from these sources is none.
        if (value.text() == key.fallback) continue;
        if (value.shown() != value.text()) secrets.emplace_back(key.name);
    }
    return secrets;
}

}  // namespace errand::app
