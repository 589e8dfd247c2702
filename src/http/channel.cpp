// SPDX-License-Identifier: Apache-2.0
#include "http/channel.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include <Poco/Timespan.h>

namespace errand::http {
namespace {

// One who sends without end is not read without end.
constexpr int discardsAtATime = 16;

bool passes(int error) noexcept {
    return error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

void Channel::setSlice(std::chrono::milliseconds slice) {
    const std::chrono::microseconds time = slice;
    socket_.setReceiveTimeout(Poco::Timespan(time.count()));
    socket_.setSendTimeout(Poco::Timespan(time.count()));
}

bool Channel::readable() const noexcept {
    pollfd polled{descriptor(), POLLIN, 0};
    return ::poll(&polled, 1, 0) > 0;
}

bool Channel::discard() noexcept {
    std::array<char, 16384> bytes{};
    for (int i = 0; i < discardsAtATime; ++i) {
        std::size_t size = 0;
        const Got got = receive(bytes.data(), bytes.size(), size, Wait::no);
        if (got != Got::bytes) return got == Got::silence;
    }
    return true;
}

Channel::Got Channel::receivePlain(int descriptor, char* into, std::size_t room, std::size_t& size,
                                   Wait wait) noexcept {
    const int flags = wait == Wait::no ? MSG_DONTWAIT : 0;
    while (true) {
        const auto got = ::recv(descriptor, into, room, flags);
        size = got > 0 ? static_cast<std::size_t>(got) : 0;
        if (got > 0) return Got::bytes;
        if (got == 0) return Got::closed;
        if (passes(errno)) return Got::silence;
        if (errno != EINTR) return Got::closed;
    }
}

std::optional<std::size_t> Channel::sendPlain(int descriptor, std::string_view bytes,
                                              Wait wait) noexcept {
    const int flags = MSG_NOSIGNAL | (wait == Wait::no ? MSG_DONTWAIT : 0);
    while (true) {
        const auto sent = ::send(descriptor, bytes.data(), bytes.size(), flags);
        if (sent >= 0) return static_cast<std::size_t>(sent);
        if (passes(errno)) return 0;
        if (errno != EINTR) return std::nullopt;
    }
}

Channel::Got PlainChannel::receive(char* into, std::size_t room, std::size_t& size,
                                   Wait wait) noexcept {
    return receivePlain(descriptor(), into, room, size, wait);
}

std::optional<std::size_t> PlainChannel::send(std::string_view bytes, Wait wait) noexcept {
    return sendPlain(descriptor(), bytes, wait);
}

void PlainChannel::finishSending() noexcept {
    ::shutdown(descriptor(), SHUT_WR);
}

}  // namespace errand::http
