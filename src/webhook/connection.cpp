// SPDX-License-Identifier: Apache-2.0
#include "webhook/connection.h"

#include <Poco/Exception.h>
#include <Poco/Timespan.h>

#include <algorithm>
#include <chrono>

#include "base/sockets.h"
#include "rpc/error.h"
#include "webhook/trouble.h"

namespace errand::webhook {
namespace {

using Needs = Tls::Needs;
using std::chrono::steady_clock;

// How often a wait looks at its deadline and its context.
constexpr Poco::Timespan::TimeDiff sliceMicroseconds = 100'000;

[[noreturn]] void throwBroken(int error) {
    throw Trouble("the connection broke: " + base::socketErrorText(error));
}

// Of bytes without TLS: whether there is to be waited.
Needs needsAfter(const base::Transfer& transfer, Needs wait, std::size_t& done) {
    if (transfer.outcome == base::Transfer::Outcome::broken) throwBroken(transfer.error);
    done = transfer.size;
    return transfer.outcome == base::Transfer::Outcome::silence ? wait : Needs::nothing;
}

int descriptorOf(const Poco::Net::StreamSocket& socket) {
    return static_cast<int>(socket.impl()->sockfd());
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
        throw Trouble(base::socketErrorText(error));
    }
    socket_.setBlocking(false);
    socket_.setNoDelay(true);
}

void Connection::startTls(const TlsTrust& trust, const std::string& host) {
    tls_.emplace(trust, descriptorOf(socket_), host);
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
    const auto sent = base::send(descriptorOf(socket_), bytes, base::Patience::none);
    return needsAfter(sent, Needs::toWrite, done);
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
    const auto got = base::receive(descriptorOf(socket_), into, size, base::Patience::none);
    return needsAfter(got, Needs::toRead, done);
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
