// SPDX-License-Identifier: Apache-2.0
// ChildServer is an errandd that this process has started for a test: on loopback, with a store of
// its own.
//
// Threads: used by one thread; url and port are constant.
// Owns: the process, which is killed with it.
// Errors: Refusal where it does not start.
#pragma once

#include <Poco/Process.h>

#include <optional>
#include <string>

namespace errand::app {

class ChildServer {
public:
    // Serves on return.
    ChildServer(const std::string& directory, const std::string& plugins);
    ~ChildServer() { kill(); }
    ChildServer(const ChildServer&) = delete;
    ChildServer& operator=(const ChildServer&) = delete;

    int port() const noexcept { return port_; }

    // At once, as a power cut would for the process; returns when it is gone. May be called twice.
    void kill() noexcept;

private:
    std::optional<Poco::ProcessHandle> process_;
    int port_ = 0;
};

}  // namespace errand::app
