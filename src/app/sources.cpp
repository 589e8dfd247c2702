// SPDX-License-Identifier: Apache-2.0
#include "app/sources.h"

#include <Poco/AutoPtr.h>
#include <Poco/Exception.h>
#include <Poco/String.h>
#include <Poco/Util/PropertyFileConfiguration.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/value.h"
#include "base/near_names.h"

extern char** environ;

namespace errand::app {

namespace {

const std::string variablePrefix = "ERRAND_";

// Variables that scripts and tests use for themselves: the program to run, and what a test is told.
constexpr std::string_view foreignVariables[] = {"ERRAND_BIN", "ERRAND_BUILD", "ERRAND_PRESET"};
constexpr std::string_view foreignPrefix = "ERRAND_TEST_";

// No configuration and no secret is longer; something else was named by mistake, and may have no
// end.
constexpr std::size_t longestFile = std::size_t{1} << 20;

// The properties of one file, in POCO's format, each at most once.
class Properties : public Poco::Util::PropertyFileConfiguration {
public:
    std::map<std::string, std::string> values;

protected:
    void setRaw(const std::string& key, const std::string& value) override {
        if (!values.emplace(key, value).second) {
            throw ConfigError(key + ": is set twice in the configuration file; remove one line");
        }
    }
};

// `subject` is what the message begins with: an option or a key.
std::string readText(const std::string& subject, const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
        throw ConfigError(subject + ": " + path + " is a directory; name a file");
    }
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string text;
    if (file) {
        text.resize(longestFile + 1);
        file.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(file.gcount()));
    }
    if (!file.is_open() || file.bad()) {
        throw ConfigError(subject + ": cannot read the file " + path + ": " + std::strerror(errno) +
                          "; name a file that can be read");
    }
    if (text.size() > longestFile) {
        throw ConfigError(subject + ": the file " + path + " is over 1 MiB; name another file");
    }
    return text;
}

void gatherFile(const std::string& path, Settings& settings) {
    std::istringstream text(readText("--config", path));
    Poco::AutoPtr<Properties> properties(new Properties);  // POCO owns it
    properties->load(text);
    for (const auto& [key, value] : properties->values) {
        settings[key] = {value, "file " + path, key};
    }
}

bool isForeign(const std::string& variable) {
    return variable.starts_with(foreignPrefix) ||
           std::ranges::find(foreignVariables, variable) != std::end(foreignVariables);
}

void gatherEnvironment(const std::map<std::string, std::string>& environment,
                       const std::vector<std::string>& known, Settings& settings) {
    for (const auto& [variable, value] : environment) {
        if (!variable.starts_with(variablePrefix) || isForeign(variable)) continue;
        const auto key = std::ranges::find(known, variable, environmentName);
        const std::string name =
            key != known.end()
                ? *key
                : Poco::replace(Poco::toLower(variable.substr(variablePrefix.size())), "_", ".");
        settings[name] = {value, "the environment variable " + variable, variable};
    }
}

}  // namespace

Settings gather(const Sources& sources, const std::vector<std::string>& known) {
    Settings settings;
    if (!sources.file.empty()) gatherFile(sources.file, settings);
    gatherEnvironment(sources.environment, known, settings);
    for (const auto& [key, value] : sources.defines) {
        settings[key] = {value, "the command line", key};
    }
    return settings;
}

void refuseUnknown(const Settings& settings, const std::vector<std::string>& known,
                   const std::string& ownPrefix) {
    for (const auto& [key, setting] : settings) {
        if (std::ranges::find(known, key) != known.end()) continue;
        if (key.starts_with(ownPrefix) && key.size() > ownPrefix.size()) continue;
        std::vector<std::string> names = known;
        if (setting.written != key) std::ranges::transform(names, names.begin(), environmentName);
        const std::string alike = base::didYouMean(setting.written, names);
        throw ConfigError(setting.written + ": there is no such key (from " + setting.origin + ")" +
                          (alike.empty() ? "; errandd --show-config lists all keys" : alike));
    }
}

std::string dereference(const std::string& key, const std::string& text) {
    if (!text.starts_with('@')) return text;
    std::string value = readText(key, text.substr(1));
    if (value.ends_with('\n')) value.pop_back();
    if (value.ends_with('\r')) value.pop_back();
    return value;
}

std::string environmentName(const std::string& key) {
    return variablePrefix + Poco::replace(Poco::toUpper(key), ".", "_");
}

std::map<std::string, std::string> processEnvironment() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const std::size_t equals = text.find('=');
        if (equals == std::string_view::npos) continue;
        variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
}

}  // namespace errand::app
