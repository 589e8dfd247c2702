// SPDX-License-Identifier: Apache-2.0
#include "http/tls_channel.h"

#include <openssl/err.h>

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
        const Got got = gotFrom(base::peek(descriptor(), first));
        if (got == Got::closed) return got;
        if (got == Got::bytes) {
            greeted_ = true;
            foreign_ = first != handshake;
            return foreign_ ? Got::foreign : Got::bytes;
        }
        if (wait == Wait::no || !await(base::Ready::toReceive)) return Got::silence;
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
        if (wait == Wait::slice) await(base::Ready::toReceive);  // the socket itself does not block
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
        if (wait == Wait::slice) await(base::Ready::toSend);
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
    auto ready = base::Ready::toReceive;
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            break;
        case SSL_ERROR_WANT_WRITE:
            ready = base::Ready::toSend;
            break;
        default:
            over_ = SSL_get_error(ssl_.get(), result) != SSL_ERROR_ZERO_RETURN;
            return Next::end;
    }
    if (std::exchange(wait, Wait::no) == Wait::no || !await(ready)) return Next::silence;
    return Next::again;
}

bool TlsChannel::await(base::Ready ready) noexcept {
    return base::awaitReady(descriptor(), ready, slice_);
}

void TlsChannel::sayEnd() noexcept {
    if (std::exchange(over_, true) || SSL_is_init_finished(ssl_.get()) != 1) return;
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
}

void TlsChannel::finishSending() noexcept {
    sayEnd();
    base::finishSending(descriptor());
}

}  // namespace errand::http
