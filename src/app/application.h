// SPDX-License-Identifier: Apache-2.0
// Application is the program errandd: from its arguments to its exit code.
//
// The threads of the process, each with its one owner:
//
//   | thread       | count        | made by            | stops when                              |
//   |--------------|--------------|--------------------|-----------------------------------------|
//   | main         | 1            | the process        | a termination signal came, all stopped  |
//   | lobby        | 1            | http::Lobby        | stop(), first: it lets nobody in        |
//   | HTTP threads | http.threads | http::Crew         | finish(), when all who wait are served  |
//   | streams      | 1            | http::Streams      | stop(), between the two                 |
//   | dispatcher   | 1            | jobs::Dispatcher   | second: it claims no more               |
//   | transport    | its own      | the plugin         | close(), third: calls in flight end     |
//   | store writer | 1            | store::Writer      | fourth: it commits what the close       |
//   |              |              |                    | brought in, then the database closes    |
//   | log          | 1            | app::LogChannel    | last: it writes what all of them said   |
//
// Threads: main alone.
// Owns: the log, the pid file, the node.
// Errors: run never throws: whatever keeps the program from starting is one line on stderr and an
//         exit code that is not 0.
#pragma once

#include <Poco/Util/ServerApplication.h>

#include <atomic>
#include <cstdio>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/command_line.h"
#include "app/config.h"
#include "app/log_channel.h"
#include "app/node.h"
#include "app/pid_file.h"
#include "base/service_manager.h"
#include "base/system.h"
#include "base/worker.h"

namespace errand::app {

class Application : public Poco::Util::ServerApplication {
public:
    // Takes the place of POCO's, which goes to the background before it reads anything and says
    // what is wrong in several lines.
    int run(int argc, char** argv);
    // Where arguments are UTF-16, as on Windows; there, what makes a service of the program and
    // what runs as one goes to POCO's.
    int run(int argc, wchar_t** argv);

protected:
    using ServerApplication::run;

    // Services of a program built on this one; they join the compiled ones.
    virtual Node::ExtraServices extraServices() { return {}; }

    void initialize(Poco::Util::Application& self) override;
    int main(const std::vector<std::string>& arguments) override;
    void uninitialize() override;

private:
    int start(const std::vector<std::string>& arguments);
    int withReasons(const std::function<int()>& deed);
    int obey();
    int runServer();
    void beginService();
    void begin();
    std::string configFile() const;
    Config readConfig() const;
    int checkConfig();
    void watchOver();
    void reload();
    void feedWatchdog();
    void warnOfSecrets() const;
    void goToBackground();
    // Says on stderr in one line why there is no server; returns the code.
    int fail(int code, const std::string& why);
    void openLog();
    void announce();

    CommandLine line_;
    Config config_;  // of the start
    Config latest_;  // as it was last read
    const base::ServiceManager manager_ = base::ServiceManager::fromEnvironment();
    std::atomic<bool> fed_{true};  // false: the writer has not come to the last pulse yet

    // In the order of their start.
    std::optional<base::Daemon> daemon_;
    std::FILE* logFile_ = nullptr;  // never closed: POCO's loggers outlive this object
    Poco::AutoPtr<LogChannel> log_;
    std::unique_ptr<PidFile> pidFile_;
    std::unique_ptr<Node> node_;
    bool ended_ = true;                // false: something hung and still uses the node
    bool asService_ = false;           // Windows' service manager has started it
    int refused_ = EXIT_OK;            // of a service that cannot start: why, by its exit code
    base::Worker service_{"service"};  // hears what Windows' service manager asks for
};

}  // namespace errand::app
