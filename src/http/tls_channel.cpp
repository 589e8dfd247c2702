// SPDX-License-Identifier: Apache-2.0
#include "http/tls_channel.h"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>
#include <utility>

namespace errand::http {
namespace {

// The type of a record that begins a handshake: RFC 8446, section 5.1.
constexpr char handshake = 22;

}  // namespace

TlsChannel::TlsChannel(const Poco::Net::StreamSocket& socket, std::unique_ptr<SSL, FreeSsl> ssl,
                       std::chrono::milliseconds slice)
    : Channel(socket), ssl_(std::move(ssl)), slice_(slice) {
    setBlocking(false);
    if (SSL_set_fd(ssl_.get(), descriptor()) != 1) throw std::bad_alloc();
}

// Looks at the first byte and leaves it there. A browser that was sent here with http:// is to be
// told so, in its own words.
Channel::Got TlsChannel::greet(Wait wait) noexcept {
    while (true) {
        char first = 0;
        const auto got = ::recv(descriptor(), &first, 1, MSG_PEEK);
        if (got == 0) return Got::closed;
        if (got > 0) {
            greeted_ = true;
            foreign_ = first != handshake;
            return foreign_ ? Got::foreign : Got::bytes;
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) return Got::closed;
        if (wait == Wait::no || !awaitEvents(POLLIN)) return Got::silence;
    }
}

Channel::Got TlsChannel::receive(char* into, std::size_t room, std::size_t& size,
                                 Wait wait) noexcept {
    size = 0;
    if (!greeted_) {
        const Got got = greet(wait);
        if (got != Got::bytes) return got;
    }
    if (foreign_) {
        if (wait == Wait::slice) awaitEvents(POLLIN);  // the socket itself does not block
        return receivePlain(descriptor(), into, room, size, Wait::no);
    }
    while (true) {
        ERR_clear_error();  // what an earlier connection of this thread left there is not ours
        const int result = SSL_read_ex(ssl_.get(), into, room, &size);
        if (result == 1) return Got::bytes;
        size = 0;
        switch (judge(result, wait)) {
            case Next::again:
                break;
            case Next::silence:
                return Got::silence;
            case Next::end:
                return Got::closed;
        }
    }
}

std::optional<std::size_t> TlsChannel::send(std::string_view bytes, Wait wait) noexcept {
    if (foreign_) {
        if (wait == Wait::slice) awaitEvents(POLLOUT);
        return sendPlain(descriptor(), bytes, Wait::no);
    }
    while (true) {
        ERR_clear_error();
        std::size_t sent = 0;
        const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
        if (result == 1) return sent;
        switch (judge(result, wait)) {
            case Next::again:
                break;
            case Next::silence:
                return 0;
            case Next::end:
                return std::nullopt;
        }
    }
}

bool TlsChannel::agreed() const noexcept {
    return foreign_ || SSL_is_init_finished(ssl_.get()) == 1;
}

// It waits once at most.
TlsChannel::Next TlsChannel::judge(int result, Wait& wait) noexcept {
    short events = 0;
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            events = POLLIN;
            break;
        case SSL_ERROR_WANT_WRITE:
            events = POLLOUT;
            break;
        default:
            over_ = SSL_get_error(ssl_.get(), result) != SSL_ERROR_ZERO_RETURN;
            return Next::end;
    }
    if (std::exchange(wait, Wait::no) == Wait::no || !awaitEvents(events)) return Next::silence;
    return Next::again;
}

bool TlsChannel::awaitEvents(short events) noexcept {
    pollfd polled{descriptor(), events, 0};
    return ::poll(&polled, 1, static_cast<int>(slice_.count())) > 0;
}

void TlsChannel::sayEnd() noexcept {
    if (std::exchange(over_, true) || SSL_is_init_finished(ssl_.get()) != 1) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
}

void TlsChannel::finishSending() noexcept {
    sayEnd();
    ::shutdown(descriptor(), SHUT_WR);
}

}  // namespace errand::http
