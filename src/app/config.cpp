// SPDX-License-Identifier: Apache-2.0
#include "app/config.h"

#include <algorithm>
#include <filesystem>

#include "app/log_format.h"
#include "http/origin.h"

namespace errand::app {

namespace {

// RFC 6409, RFC 8314 and RFC 5321, in this order.
int usualPort(mail::SmtpSecurity security) {
    switch (security) {
        case mail::SmtpSecurity::starttls:
            return 587;
        case mail::SmtpSecurity::tls:
            return 465;
        case mail::SmtpSecurity::none:
            break;
    }
    return 25;
}

// A relative path counts from the directory the program was started in, wherever it was written:
// a daemon leaves that directory.
std::string absolutePath(const std::string& path) {
    if (path.empty()) return path;
    std::filesystem::path absolute = std::filesystem::absolute(path).lexically_normal();
    if (!absolute.has_filename()) absolute = absolute.parent_path();
    return absolute.string();
}

// Where an installed program finds what belongs to it; empty: it is no such key.
std::string placeBeside(const std::string& program, std::string_view key) {
    const auto prefix = std::filesystem::path(program).parent_path().parent_path();
    if (key == "plugins.directory") return (prefix / "lib/errand").string();
    if (key == "http.swaggerUi") return (prefix / "share/errand/swagger-ui").string();
    return {};
}

// What counts for one key, and whence.
Value resolve(const Key& key, const Settings& settings, const std::string& program) {
    const auto setting = settings.find(key.name);
    std::string text = key.fallback;
    std::string origin = "the default";
    if (setting != settings.end()) {
        text = dereference(key.name, setting->second.text);
        origin = setting->second.origin;
    }
    if (text.empty()) text = placeBeside(program, key.name);
    if (key.type == Type::path) text = absolutePath(text);
    return {key.name, std::move(text), std::move(origin), key.secret};
}

void takeTransportSettings(const Settings& settings, const std::vector<std::string>& known,
                           const std::string& prefix, Config& config) {
    for (const auto& [key, setting] : settings) {
        if (!key.starts_with(prefix) || std::ranges::find(known, key) != known.end()) continue;
        config.transportSettings[key.substr(prefix.size())] = dereference(key, setting.text);
        // Only the plugin knows which of its keys are secret.
        config.shown.emplace_back(key, "********");
    }
}

// What of the configuration concerns this transport, beside keys that only it knows.
void takeAmqp(Config& config) {
    config.transportSettings.insert(config.amqp.begin(), config.amqp.end());
    config.transportSettings["maxCrashes"] = std::to_string(config.jobs.maxCrashes);
    // Calls are where their exchange is. Without passwords: a new one leads to the same broker.
    config.jobs.broker = config.broker + ' ' + config.amqp["rpcExchange"];
}

// Nobody is served over a network without a token, nor a token sent over it in the clear. On
// loopback a page from anywhere could ask under a name of its own that leads here.
void guardTheDoor(http::Settings& http) {
    http::AccessSettings& access = http.access;
    if (http::isLoopback(http.host)) {
        if (access.tokens.empty() && access.hosts.empty())
            access.hosts = {"localhost", "127.0.0.1", "[::1]", http.host};
        return;
    }
    const std::string reached = "http.host: " + http.host + " is reached from other machines; ";
    if (access.tokens.empty())
        throw ConfigError(reached + "set http.tokens to a file made by: errand token new NAME");
    if (!http.tls.any() && access.trustedProxies.empty())
        throw ConfigError(reached +
                          "set http.tls.certificate and http.tls.key, or http.trustedProxies where "
                          "a proxy speaks TLS for it");
}

}  // namespace

std::vector<std::string> hostedServices(const Config& config) {
    std::vector<std::string> names = config.services;
    const bool listed = std::ranges::count(names, "webhook") > 0;
    if (config.httpEnabled && config.webhookEnabled && !listed) names.emplace_back("webhook");
    return names;
}

bool runs(const Config& config, std::string_view service) {
    return std::ranges::count(hostedServices(config), service) > 0;
}

Config loadConfig(const Sources& sources, const std::string& program) {
    Config config = loadConfig(sources, program, allKeys());
    if (!config.httpEnabled && config.services.empty()) {
        throw ConfigError(
            "services: is empty while http.enabled is false; name a service or serve HTTP");
    }
    config.http.hosted = hostedServices(config);
    if (config.httpEnabled) guardTheDoor(config.http);
    if (config.transport == "amqp") takeAmqp(config);
    if (config.smtp.port == 0) config.smtp.port = usualPort(config.smtp.security);
    // Of no concern to a node that sends nothing through a server.
    if (config.mailMode == MailMode::smtp && runs(config, "mail")) requireSmtp(config);
    config.webhook.secretFile = config.jobs.directory + "/webhook-secret";
    if (runs(config, "webhook")) {
        if (const auto wrong = webhook::whatIsWrong(config.webhook)) throw ConfigError(*wrong);
    }
    return config;
}

void requireSmtp(const Config& config) {
    if (const auto wrong = mail::whatIsWrong(config.smtp)) throw ConfigError(*wrong);
    // A file that turned out empty, mostly.
    if (!config.smtp.username.empty() && config.smtp.password.empty()) {
        throw ConfigError("smtp.password: is empty while smtp.username is set; give both or none");
    }
}

Config loadConfig(const Sources& sources, const std::string& program, std::span<const Key> keys) {
    std::vector<std::string> names;
    for (const Key& key : keys) names.emplace_back(key.name);
    const Settings settings = gather(sources, names);

    Config config;
    for (const Key& key : keys) {
        const Value value = resolve(key, settings, program);
        key.apply(value, config);
        config.shown.emplace_back(key.name, value.shown());
    }
    const std::string prefix = config.transport + ".";
    refuseUnknown(settings, names, prefix);
    takeTransportSettings(settings, names, prefix, config);
    return config;
}

std::string describe(const Config& config) {
    std::string text;
    for (const auto& [key, value] : config.shown) {
        text += key + '=';
        appendOneLine(text, value);
        text += '\n';
    }
    return text;
}

}  // namespace errand::app
