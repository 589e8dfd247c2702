// SPDX-License-Identifier: Apache-2.0
#include "system/server.h"

#include <signal.h>

#include <cstdlib>
#include <stdexcept>

#include "system/over_tls.h"

namespace errand::tests {

std::vector<std::string> serverArguments(const std::string& dataDirectory,
                                         const std::vector<std::string>& settings) {
    std::vector<std::string> arguments{"-Dhttp.port=0", "-Dhttp.root=" ERRAND_SOURCE "/web",
                                       "-Ddata.directory=" + dataDirectory};
    for (const std::string& setting : tlsSettings()) arguments.push_back("-D" + setting);
    for (const std::string& setting : settings) arguments.push_back("-D" + setting);
    return arguments;
}

Server::Server(const Setup& setup)
    : directory_(setup.directory.empty() ? own_ / "data" : setup.directory),
      errorFile_(own_ / "stderr") {
    std::vector<std::string> arguments = setup.arguments;
    for (std::string& argument : serverArguments(directory_, setup.settings)) {
        arguments.push_back(std::move(argument));
    }
    process_ = std::make_unique<Process>(setup.program, arguments, errorFile_, setup.environment);
    const auto line = process_->readLine(std::chrono::seconds(30));
    if (!line || !line->starts_with("errandd ready: ")) {
        throw std::runtime_error("the server did not start: " + line.value_or("") + words());
    }
    readyLine_ = *line;
    const auto colon = readyLine_.find(':', readyLine_.find("//"));
    if (colon != std::string::npos) port_ = std::atoi(readyLine_.c_str() + colon + 1);
}

std::string Server::url() const {
    return (overTls() ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
}

int Server::terminate() {
    signal(SIGTERM);
    return wait();
}

void Server::stop() {
    const int code = running() ? terminate() : wait();
    if (code == 0) return;
    throw std::runtime_error("the server ended with " + std::to_string(code) + words());
}

void Server::kill() {
    signal(SIGKILL);
    wait();
}

std::string Server::words() const {
    return "; on standard error:\n" + stderrText();
}

}  // namespace errand::tests
