// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <system_error>

#include <Poco/Exception.h>

#include "base/sockets.h"

namespace errand::base {
namespace {

// At a time.
constexpr std::size_t mostAwaited = 4;

int flagsFor(Patience patience) noexcept {
    return patience == Patience::none ? MSG_DONTWAIT : 0;
}

Transfer failed(int error) noexcept {
    if (error == EAGAIN || error == EWOULDBLOCK) return {};
    return {Transfer::Outcome::broken, 0, error};
}

Transfer receiveWith(int socket, char* into, std::size_t room, int flags) noexcept {
    while (true) {
        const auto got = ::recv(socket, into, room, flags);
        if (got > 0) return {Transfer::Outcome::done, static_cast<std::size_t>(got), 0};
        if (got == 0) return {Transfer::Outcome::ended, 0, 0};
        if (errno != EINTR) return failed(errno);
    }
}

}  // namespace

Transfer receive(int socket, char* into, std::size_t room, Patience patience) noexcept {
    return receiveWith(socket, into, room, flagsFor(patience));
}

Transfer peek(int socket, char& byte) noexcept {
    return receiveWith(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
}

Transfer send(int socket, std::string_view bytes, Patience patience) noexcept {
    while (true) {
        const auto sent =
            ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL | flagsFor(patience));
        if (sent >= 0) return {Transfer::Outcome::done, static_cast<std::size_t>(sent), 0};
        if (errno != EINTR) return failed(errno);
    }
}

void finishSending(int socket) noexcept {
    ::shutdown(socket, SHUT_WR);
}

void cutOff(int socket) noexcept {
    ::shutdown(socket, SHUT_RDWR);
}

bool awaitReady(int socket, Ready ready, std::chrono::milliseconds limit) noexcept {
    const auto events = static_cast<short>(ready == Ready::toReceive ? POLLIN : POLLOUT);
    pollfd polled{socket, events, 0};
    return ::poll(&polled, 1, static_cast<int>(limit.count())) > 0;
}

void awaitAny(std::initializer_list<int> sockets,
              std::optional<std::chrono::milliseconds> limit) noexcept {
    std::array<pollfd, mostAwaited> polled{};
    const std::size_t count = std::min(sockets.size(), polled.size());
    std::transform(sockets.begin(), sockets.begin() + count, polled.begin(), [](int socket) {
        return pollfd{socket, POLLIN, 0};
    });
    // Without a limit, a signal is no end of it.
    while (::poll(polled.data(), count, limit ? static_cast<int>(limit->count()) : -1) < 0 &&
           !limit && errno == EINTR) {
    }
}

void cork(int socket, bool held) noexcept {
    const int value = held ? 1 : 0;
    ::setsockopt(socket, IPPROTO_TCP, TCP_CORK, &value, sizeof value);
}

void limitSilence(int socket, std::chrono::seconds limit) noexcept {
    const auto most = static_cast<int>(std::chrono::milliseconds(limit).count());
    ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &most, sizeof most);
}

bool reusesPorts() noexcept {
    return true;
}

std::size_t raiseDescriptorLimit() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;  // the least any system gives
    rlimit raised = limit;
    raised.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    return limit.rlim_cur == RLIM_INFINITY ? std::numeric_limits<std::size_t>::max()
                                           : static_cast<std::size_t>(limit.rlim_cur);
}

std::string socketErrorText(int error) {
    return std::generic_category().message(error);
}

bool readAddress(Family family, const std::string& text, void* bytes) noexcept {
    return ::inet_pton(family == Family::v4 ? AF_INET : AF_INET6, text.c_str(), bytes) == 1;
}

std::string writeAddress(Family family, const void* bytes) {
    char text[INET6_ADDRSTRLEN] = "";
    ::inet_ntop(family == Family::v4 ? AF_INET : AF_INET6, bytes, text, sizeof text);
    return text;
}

Bell::Bell() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) throw Poco::SystemException("no bell: " + socketErrorText(errno));
}

Bell::~Bell() {
    ::close(descriptor_);
}

void Bell::ring() noexcept {
    const int before = errno;  // a signal handler's caller has its own
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
    errno = before;
}

void Bell::clear() noexcept {
    std::uint64_t rings = 0;
    [[maybe_unused]] const auto size = ::read(descriptor_, &rings, sizeof rings);
}

}  // namespace errand::base
