// SPDX-License-Identifier: Apache-2.0
#include "app/pid_file.h"

#include <Poco/Exception.h>
#include <Poco/Process.h>
#include <Poco/String.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>

#include "app/units.h"
#include "app/value.h"
#include "base/system.h"

namespace errand::app {

namespace {

// The first line, without spaces; nullopt when there is no such file.
std::optional<std::string> readFirstLine(const std::string& path) {
    std::ifstream file(path);
    if (!file) return std::nullopt;
    std::string line;
    std::getline(file, line);
    return Poco::trim(line);
}

// POCO says of another user's process that it does not run; the system's reason tells.
bool isAlive(Poco::Process::PID id) {
    errno = 0;
    return Poco::Process::isRunning(id) || errno == EPERM;
}

// Only what an earlier server left may go: its id, or nothing when it died before it wrote one.
void removeStale(const std::string& path) {
    const auto line = readFirstLine(path);
    if (!line) return;
    const auto id = parseNumber(*line);
    if (!line->empty() && (!id || *id <= 0 || *id > 0x7fffffff)) {
        throw ConfigError("--pidfile: " + path + " holds no process id; name another file");
    }
    const auto other = static_cast<Poco::Process::PID>(id.value_or(0));
    // Our own id is there when a container gives each of its servers the same.
    if (id && other != Poco::Process::id() && isAlive(other)) {
        throw ConfigError("--pidfile: " + path + " names process " + *line +
                          ", which runs; end it or name another file");
    }
    std::filesystem::remove(path);
}

}  // namespace

PidFile::PidFile(std::string path) : path_(std::move(path)) {
    try {
        removeStale(path_);
        base::writeDurably(path_, std::to_string(Poco::Process::id()) + '\n');
    } catch (const Poco::Exception& exception) {
        throw ConfigError("--pidfile: " + exception.message());
    } catch (const std::filesystem::filesystem_error& error) {
        throw ConfigError("--pidfile: cannot replace " + path_ + ": " + error.code().message());
    }
}

PidFile::~PidFile() {
    if (readFirstLine(path_) != std::to_string(Poco::Process::id())) return;
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

}  // namespace errand::app
