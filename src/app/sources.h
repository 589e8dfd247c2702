// SPDX-License-Identifier: Apache-2.0
// sources.h brings together what the configuration file, the environment and the command line set:
// the command line over the environment over the file.
//
// Threads: called at the start, by one thread.
// Owns: nothing.
// Errors: ConfigError for a file that cannot be read and for a name that is no key.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace errand::app {

struct Sources {
    std::string file;                                          // --config; empty: none
    std::map<std::string, std::string> environment;            // all of the process
    std::vector<std::pair<std::string, std::string>> defines;  // -Dkey=value, the last one counts
};

struct Setting {
    std::string text;
    std::string origin;   // "file etc/app.properties", "the environment", "the command line"
    std::string written;  // the name as it was written there
};
using Settings = std::map<std::string, Setting>;

// Each key that is set somewhere, with the value that counts. An ERRAND_ variable that is none of
// `known` keeps its place under its name in lower case, dots for underscores.
Settings gather(const Sources& sources, const std::vector<std::string>& known);

// Throws for the first setting that is neither known nor begins with `ownPrefix`.
void refuseUnknown(const Settings& settings, const std::vector<std::string>& known,
                   const std::string& ownPrefix);

// A text "@FILE" is what that file holds, without the line break at its end.
std::string dereference(const std::string& key, const std::string& text);

// "http.maxBodyBytes" -> "ERRAND_HTTP_MAXBODYBYTES".
std::string environmentName(const std::string& key);

// The variables of this process.
std::map<std::string, std::string> processEnvironment();

}  // namespace errand::app
