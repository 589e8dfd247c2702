// SPDX-License-Identifier: Apache-2.0
#include "app/child_server.h"

#include <Poco/Exception.h>
#include <Poco/Pipe.h>
#include <Poco/PipeStream.h>

#include <vector>

#include "app/backup.h"
#include "base/system.h"

namespace errand::app {
namespace {

// Whatever the user's environment says.
std::vector<std::string> argumentsFor(const std::string& directory, const std::string& plugins) {
    std::vector<std::string> arguments;
    for (const std::string& setting :
         {std::string("http.enabled=true"), std::string("http.host=127.0.0.1"),
          std::string("http.port=0"), std::string("http.tokens="), std::string("http.hosts="),
          std::string("http.tls.certificate="), std::string("http.tls.key="),
          std::string("http.rate="), std::string("http.jobRates="), std::string("http.root=web"),
          std::string("services=compute"), std::string("webhook.enabled=false"),
          std::string("transport=inproc"), std::string("log.level=fatal"), std::string("log.file="),
          "plugins.directory=" + plugins, "data.directory=" + directory})
        arguments.push_back("-D" + setting);
    return arguments;
}

// "errandd ready: http://127.0.0.1:41234 transport=..."
int portIn(const std::string& line) {
    const std::string before = "127.0.0.1:";
    const auto at = line.find(before);
    return at == line.npos ? 0 : std::atoi(line.c_str() + at + before.size());
}

}  // namespace

ChildServer::ChildServer(const std::string& directory, const std::string& plugins) {
    Poco::Pipe out;
    try {
        process_.emplace(Poco::Process::launch(
            base::executablePath(), argumentsFor(directory, plugins), nullptr, &out, nullptr));
    } catch (const Poco::Exception& error) {
        throw Refusal("a server for the test cannot be started: " + error.displayText());
    }
    Poco::PipeInputStream in(out);
    std::string line;
    std::getline(in, line);
    port_ = portIn(line);
    if (port_ > 0) return;
    kill();
    throw Refusal("a server for the test did not start; its words stand above");
}

void ChildServer::kill() noexcept {
    if (!process_) return;
    try {
        Poco::Process::kill(*process_);
        process_->wait();
    } catch (const Poco::Exception&) {  // it has ended by itself
    }
    process_.reset();
}

}  // namespace errand::app
