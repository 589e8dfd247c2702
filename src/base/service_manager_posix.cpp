// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "base/service_manager.h"

namespace errand::base {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

std::optional<std::int64_t> numberOf(const std::string& text) {
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace

ServiceManager ServiceManager::fromEnvironment() {
    const auto microseconds = numberOf(variable("WATCHDOG_USEC"));
    const auto process = numberOf(variable("WATCHDOG_PID"));
    std::optional<std::chrono::microseconds> patience;
    if (microseconds.value_or(0) > 0 && process.value_or(::getpid()) == ::getpid())
        patience = std::chrono::microseconds(*microseconds);
    return ServiceManager(variable("NOTIFY_SOCKET"), patience);
}

void ServiceManager::tell(std::string_view lines) const noexcept {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
    std::memcpy(address.sun_path, socket_.data(), socket_.size());
    if (socket_.front() == '@') address.sun_path[0] = '\0';
    const int file = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (file < 0) return;
    // A name of Linux's own ends with its length, a path with a NUL that need not be counted.
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    ::sendto(file, lines.data(), lines.size(), MSG_NOSIGNAL,
             reinterpret_cast<const sockaddr*>(&address), size);
    ::close(file);
}

void ServiceManager::tellReloading() const noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const std::int64_t microseconds = now.tv_sec * 1'000'000 + now.tv_nsec / 1000;
    tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds));
}

}  // namespace errand::base
