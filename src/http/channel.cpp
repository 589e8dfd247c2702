// SPDX-License-Identifier: Apache-2.0
#include "http/channel.h"

#include <array>

#include <Poco/Timespan.h>

#include "base/sockets.h"

namespace errand::http {
namespace {

// One who sends without end is not read without end.
constexpr int discardsAtATime = 16;

base::Patience patienceOf(Channel::Wait wait) noexcept {
    return wait == Channel::Wait::no ? base::Patience::none : base::Patience::socket;
}

}  // namespace

void Channel::setSlice(std::chrono::milliseconds slice) {
    const std::chrono::microseconds time = slice;
    socket_.setReceiveTimeout(Poco::Timespan(time.count()));
    socket_.setSendTimeout(Poco::Timespan(time.count()));
}

bool Channel::readable() const noexcept {
    return base::awaitReady(descriptor(), base::Ready::toReceive, std::chrono::milliseconds(0));
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

Channel::Got Channel::gotFrom(const base::Transfer& transfer) noexcept {
    switch (transfer.outcome) {
        case base::Transfer::Outcome::done:
            return Got::bytes;
        case base::Transfer::Outcome::silence:
            return Got::silence;
        default:
            return Got::closed;
    }
}

Channel::Got Channel::receivePlain(int descriptor, char* into, std::size_t room, std::size_t& size,
                                   Wait wait) noexcept {
    const base::Transfer got = base::receive(descriptor, into, room, patienceOf(wait));
    size = got.size;
    return gotFrom(got);
}

std::optional<std::size_t> Channel::sendPlain(int descriptor, std::string_view bytes,
                                              Wait wait) noexcept {
    const base::Transfer sent = base::send(descriptor, bytes, patienceOf(wait));
    if (sent.outcome == base::Transfer::Outcome::broken) return std::nullopt;
    return sent.size;
}

Channel::Got PlainChannel::receive(char* into, std::size_t room, std::size_t& size,
                                   Wait wait) noexcept {
    return receivePlain(descriptor(), into, room, size, wait);
}

std::optional<std::size_t> PlainChannel::send(std::string_view bytes, Wait wait) noexcept {
    return sendPlain(descriptor(), bytes, wait);
}

void PlainChannel::finishSending() noexcept {
    base::finishSending(descriptor());
}

}  // namespace errand::http
