// SPDX-License-Identifier: Apache-2.0
#include "http/wire.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>

#include <Poco/Timespan.h>

#include "http/allowance.h"

namespace errand::http {

Wire::Wire(Poco::Net::StreamSocket& socket, const Settings& settings,
           const Connections& connections)
    : descriptor_(socket.impl()->sockfd()), settings_(settings), connections_(connections) {
    const std::chrono::microseconds slice = settings.slice;
    socket.setReceiveTimeout(Poco::Timespan(slice.count()));
    socket.setSendTimeout(Poco::Timespan(slice.count()));
}

Wire::Got Wire::receive(char* into, std::size_t room, std::size_t& size) {
    while (true) {
        const auto got = ::recv(descriptor_, into, room, 0);
        size = got > 0 ? static_cast<std::size_t>(got) : 0;
        if (got > 0) return Got::bytes;
        if (got == 0) return Got::closed;
        if (errno == EAGAIN || errno == EWOULDBLOCK) return Got::silence;
        if (errno != EINTR) return Got::closed;
    }
}

bool Wire::readable(std::chrono::milliseconds limit) const noexcept {
    pollfd polled{descriptor_, POLLIN, 0};
    return ::poll(&polled, 1, static_cast<int>(limit.count())) != 0;
}

bool Wire::send(std::string_view bytes) {
    std::optional<Allowance> allowance;  // the clock is not asked while all goes at once
    while (true) {
        const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent == static_cast<ssize_t>(bytes.size())) return true;
        const bool waiting = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        if (sent < 0 && !waiting) return false;
        const auto now = std::chrono::steady_clock::now();
        if (!allowance) allowance.emplace(settings_, connections_, now);
        if (sent > 0) {
            const auto size = static_cast<std::size_t>(sent);
            bytes.remove_prefix(size);
            allowance->earn(size, now);
        }
        if (allowance->spent(now)) return false;
    }
}

void Wire::sendAtOnce(const Poco::Net::StreamSocket& socket, std::string_view bytes) noexcept {
    ::send(socket.impl()->sockfd(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Wire::finishSending() noexcept {
    ::shutdown(descriptor_, SHUT_WR);
}

}  // namespace errand::http
