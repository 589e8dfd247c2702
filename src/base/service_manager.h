// SPDX-License-Identifier: Apache-2.0
// ServiceManager is who has started this process and watches it: systemd, by the protocol of
// sd_notify(3). Where nobody does, nothing is told.
//
// Threads: tell may be called from any thread; the rest is constant.
// Owns: nothing; each message has a socket of its own.
// Errors: none: who does not listen is told nothing.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace errand::base {

class ServiceManager {
public:
    // What the environment says: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    static ServiceManager fromEnvironment();

    // `socket`: a path, or with an '@' before it a name of Linux's own; empty: nobody.
    explicit ServiceManager(std::string socket, std::optional<std::chrono::microseconds> patience)
        : socket_(std::move(socket)), patience_(patience) {}

    // Lines such as "READY=1" and "STATUS=...".
    void tell(std::string_view lines) const noexcept;

    // That the configuration is being read anew, as of now; READY=1 follows.
    void tellReloading() const noexcept;

    // How long it waits for WATCHDOG=1 before it takes this process for hung; nullopt: for ever.
    std::optional<std::chrono::microseconds> patience() const noexcept { return patience_; }

private:
    // Set in the constructor, then constant.
    const std::string socket_;
    const std::optional<std::chrono::microseconds> patience_;
};

}  // namespace errand::base
