// SPDX-License-Identifier: Apache-2.0
// Server is a real errandd that serves HTTP on a port of its own, with a data directory that lives
// as long as the object unless the test brings its own.
//
// Threads: used by one thread; the getters by any.
// Owns: the process, and the data directory that it made.
// Errors: std::runtime_error with the server's own words when it does not do what was asked.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "system/process.h"
#include "system/temporary_directory.h"

namespace errand::tests {

struct Setup {
    std::vector<std::string> settings = {};   // "key=value", over those the harness sets
    std::string directory = {};               // data.directory; empty: a new one
    std::vector<std::string> arguments = {};  // before the settings
    Environment environment = {};
    std::string program = "errandd";  // a path, or a program of the same folder
};

class Server {
public:
    // Serves on return: the ready line has come.
    explicit Server(const Setup& setup = {});

    int port() const noexcept { return port_; }
    std::string url() const;
    const std::string& readyLine() const noexcept { return readyLine_; }
    const std::string& dataDirectory() const noexcept { return directory_; }
    pid_t pid() const noexcept { return process_->pid(); }
    std::string stderrText() const { return readFile(errorFile_); }
    bool running() { return process_->running(); }

    void signal(int number) { process_->signal(number); }
    // The exit code, or 128 + the signal that ended it.
    int wait() { return process_->wait(); }
    // SIGTERM, and the exit code.
    int terminate();
    // As above, if it still runs, and then nothing but 0 will do: sanitizers, too, tell by the
    // exit code.
    void stop();
    // SIGKILL, and waits until it is gone.
    void kill();

private:
    std::string words() const;

    TemporaryDirectory own_;
    std::string directory_;
    std::string errorFile_;
    std::unique_ptr<Process> process_;
    std::string readyLine_;
    int port_ = 0;
};

// The command line for a server on a free port of the loopback interface.
std::vector<std::string> serverArguments(const std::string& dataDirectory,
                                         const std::vector<std::string>& settings = {});

}  // namespace errand::tests
