// SPDX-License-Identifier: Apache-2.0
#include "webhook/connection.h"

#include <sys/socket.h>

#include <Poco/Exception.h>
#include <Poco/Timespan.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

#include "rpc/error.h"
#include "webhook/trouble.h"

namespace errand::webhook {
namespace {

using Needs = Tls::Needs;
using std::chrono::steady_clock;

// How often a wait looks at its deadline and its context.
constexpr Poco::Timespan::TimeDiff sliceMicroseconds = 100'000;

[[noreturn]] void throwBroken(int error) {
    throw Trouble("the connection broke: " + std::generic_category().message(error));
}

bool isPassing(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

Connection::~Connection() {
    if (tls_) tls_->finish();
}

void Connection::connect(const std::vector<Poco::Net::SocketAddress>& addresses) {
    std::string words;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const auto now = steady_clock::now();
        const auto share = (wait_.until - now) / static_cast<int>(addresses.size() - i);
        try {
            return connectTo(addresses[i], now + share);
        } catch (const Trouble& trouble) {
            words = trouble.what();
        } catch (const Poco::Exception& exception) {
            words = exception.message();  // "No route to host", with the address
        }
    }
    throw Trouble("no connection: " + words);
}

void Connection::connectTo(const Poco::Net::SocketAddress& address, base::SteadyTime until) {
    socket_ = Poco::Net::StreamSocket();
    socket_.connectNB(address);
    await(Needs::toWrite, until);
    if (const int error = socket_.impl()->socketError()) {
        throw Trouble(std::generic_category().message(error));
    }
    socket_.setBlocking(false);
    socket_.setNoDelay(true);
}

void Connection::startTls(const TlsTrust& trust, const std::string& host) {
    tls_.emplace(trust, socket_.impl()->sockfd(), host);
    for (Needs needs; (needs = tls_->handshake()) != Needs::nothing;) await(needs, wait_.until);
}

void Connection::write(std::string_view bytes) {
    while (!bytes.empty()) {
        std::size_t done = 0;
        const Needs needs = writeSome(bytes, done);
        bytes.remove_prefix(done);
        if (needs != Needs::nothing) await(needs, wait_.until);
    }
}

Needs Connection::writeSome(std::string_view bytes, std::size_t& done) {
    if (tls_) return tls_->write(bytes, done);
    const auto sent = ::send(socket_.impl()->sockfd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && !isPassing(errno)) throwBroken(errno);
    done = sent > 0 ? static_cast<std::size_t>(sent) : 0;
    return sent < 0 ? Needs::toWrite : Needs::nothing;
}

bool Connection::read(std::string& into, base::SteadyTime until) {
    char chunk[4096];  // answers are short
    until = std::min(until, wait_.until);
    for (;;) {
        std::size_t done = 0;
        // Before each read, not only in silence: bytes that drip in do not stretch the time.
        if (steady_clock::now() >= until) await(Needs::toRead, until);
        const Needs needs = readSome(chunk, sizeof chunk, done);
        into.append(chunk, done);
        if (needs == Needs::nothing) return done > 0;
        await(needs, until);
    }
}

Needs Connection::readSome(char* into, std::size_t size, std::size_t& done) {
    if (tls_) return tls_->read(into, size, done);
    const auto got = ::recv(socket_.impl()->sockfd(), into, size, 0);
    if (got < 0 && !isPassing(errno)) throwBroken(errno);
    done = got > 0 ? static_cast<std::size_t>(got) : 0;
    return got < 0 ? Needs::toRead : Needs::nothing;
}

void Connection::await(Needs needs, base::SteadyTime until) {
    const int mode =
        needs == Needs::toRead ? Poco::Net::Socket::SELECT_READ : Poco::Net::Socket::SELECT_WRITE;
    do {
        if (wait_.context.cancelled()) throw rpc::Cancelled();
        if (steady_clock::now() >= until) throw Trouble("no answer in time");
    } while (
        !socket_.poll(Poco::Timespan(sliceMicroseconds), mode | Poco::Net::Socket::SELECT_ERROR));
}

}  // namespace errand::webhook
