// SPDX-License-Identifier: Apache-2.0
#include "mail/smtp_channel.h"

#include <algorithm>
#include <chrono>

#include <Poco/Net/DNS.h>
#include <Poco/Net/HostEntry.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/NetException.h>
#include <Poco/Timespan.h>

#include "base/sockets.h"
#include "mail/smtp_failure.h"
#include "rpc/error.h"

namespace errand::mail {
namespace {

using Outcome = base::Transfer::Outcome;
using std::chrono::steady_clock;

// The socket's own timeout: how often a wait looks at its deadline and its context. A read that
// has something to read, as nearly all have, is one system call so.
constexpr std::chrono::milliseconds slice(100);
constexpr std::size_t tlsPiece = 65'536;  // of a large message, so that it is not there thrice

Poco::Timespan toTimespan(std::chrono::microseconds time) {
    return Poco::Timespan(time.count());
}

void check(const SmtpWait& wait) {
    if (wait.context != nullptr && wait.context->cancelled()) throw rpc::Cancelled();
    if (steady_clock::now() >= wait.until) {
        throw SmtpTrouble(SmtpCause::late, "no answer within the time for it");
    }
}

[[noreturn]] void throwClosed(int error) {
    throw SmtpTrouble(SmtpCause::closed,
                      error == 0 ? "the server closed the connection"
                                 : "the connection broke: " + base::socketErrorText(error));
}

}  // namespace

std::vector<Poco::Net::SocketAddress> resolveServer(const std::string& host, int port) {
    const auto number = static_cast<Poco::UInt16>(port);
    Poco::Net::IPAddress literal;
    if (Poco::Net::IPAddress::tryParse(host, literal)) return {{literal, number}};
    std::vector<Poco::Net::SocketAddress> addresses;
    try {
        const Poco::Net::HostEntry found = Poco::Net::DNS::hostByName(host);
        for (const Poco::Net::IPAddress& address : found.addresses()) {
            addresses.emplace_back(address, number);
        }
    } catch (const Poco::Exception& exception) {
        throw SmtpTrouble(SmtpCause::unreachable, "no address is known: " + exception.message());
    }
    if (addresses.empty()) throw SmtpTrouble(SmtpCause::unreachable, "the name has no address");
    return addresses;
}

void SmtpChannel::connect(const std::vector<Poco::Net::SocketAddress>& addresses,
                          const SmtpWait& wait) {
    std::string words;
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const auto now = steady_clock::now();
        const auto share = (wait.until - now) / static_cast<int>(addresses.size() - i);
        try {
            connectTo(addresses[i], {now + share, wait.context});
            return;
        } catch (const SmtpTrouble& trouble) {
            words += (words.empty() ? "" : "; ") + addresses[i].toString() + ": " + trouble.what();
        } catch (const Poco::Exception& exception) {
            words += (words.empty() ? "" : "; ") + exception.displayText();
        }
    }
    throw SmtpTrouble(SmtpCause::unreachable, words);
}

void SmtpChannel::connectTo(const Poco::Net::SocketAddress& address, const SmtpWait& wait) {
    socket_ = Poco::Net::StreamSocket();
    socket_.connectNB(address);
    const int modes = Poco::Net::Socket::SELECT_WRITE | Poco::Net::Socket::SELECT_ERROR;
    while (!socket_.poll(toTimespan(slice), modes)) check(wait);
    if (const int error = socket_.impl()->socketError()) {
        throw SmtpTrouble(SmtpCause::unreachable, base::socketErrorText(error));
    }
    socket_.setBlocking(true);
    socket_.setNoDelay(true);
    socket_.setReceiveTimeout(toTimespan(slice));
    socket_.setSendTimeout(toTimespan(slice));
    descriptor_ = static_cast<int>(socket_.impl()->sockfd());
}

void SmtpChannel::startTls(const SmtpTlsContext& context, const std::string& host,
                           const SmtpWait& wait) {
    poco_assert(unread().empty());
    tls_ = std::make_unique<SmtpTls>(context, host);
    while (true) {
        bool done = false;
        try {
            done = tls_->handshake();
        } catch (const SmtpTrouble&) {
            flushTlsAtOnce();  // the alert: so that the server's log says why, too
            throw;
        }
        flushTls(wait);
        if (done) break;
        readRaw(wait);
    }
    tls_->decrypt(read_);  // what came right behind the handshake
}

void SmtpChannel::flushTls(const SmtpWait& wait) {
    const std::string bytes = tls_->takeOutgoing();
    if (!bytes.empty()) writeRaw(bytes, wait);
}

void SmtpChannel::flushTlsAtOnce() noexcept {
    const std::string bytes = tls_->takeOutgoing();
    if (!bytes.empty()) base::send(descriptor_, bytes, base::Patience::none);
}

void SmtpChannel::write(std::string_view bytes, const SmtpWait& wait) {
    check(wait);
    if (!tls_) return writeRaw(bytes, wait);
    for (std::size_t at = 0; at < bytes.size(); at += tlsPiece) {
        tls_->encrypt(bytes.substr(at, tlsPiece));
        flushTls(wait);
    }
}

void SmtpChannel::writeRaw(std::string_view bytes, const SmtpWait& wait) {
    while (!bytes.empty()) {
        const base::Transfer sent = base::send(descriptor_, bytes, base::Patience::socket);
        if (sent.outcome == Outcome::broken) throwClosed(sent.error);
        bytes.remove_prefix(sent.size);
        if (bytes.empty()) return;
        check(wait);
    }
}

void SmtpChannel::read(const SmtpWait& wait) {
    const std::size_t before = read_.size();
    while (read_.size() == before) {
        readRaw(wait);
        if (tls_ && !tls_->decrypt(read_) && read_.size() == before) throwClosed(0);
    }
}

void SmtpChannel::readRaw(const SmtpWait& wait) {
    char chunk[4096];  // replies are short
    while (true) {
        // Before each read, not only in silence: bytes that drip in do not stretch the time.
        check(wait);
        const base::Transfer got =
            base::receive(descriptor_, chunk, sizeof chunk, base::Patience::socket);
        if (got.outcome == Outcome::done) return arrived({chunk, got.size});
        if (got.outcome != Outcome::silence) throwClosed(got.error);
    }
}

void SmtpChannel::arrived(std::string_view bytes) {
    if (tls_) {
        tls_->receive(bytes);
    } else {
        read_ += bytes;
    }
}

void SmtpChannel::take(std::size_t size) {
    taken_ += size;
    if (taken_ < read_.size()) return;
    read_.clear();
    taken_ = 0;
}

bool SmtpChannel::quiet() {
    char chunk[4096];
    if (!open() || !unread().empty()) return false;
    const base::Transfer got =
        base::receive(descriptor_, chunk, sizeof chunk, base::Patience::none);
    if (got.outcome == Outcome::silence) return true;
    if (got.outcome != Outcome::done || !tls_) return false;
    // It may be TLS's own: a ticket, new keys.
    try {
        arrived({chunk, got.size});
        return tls_->decrypt(read_) && unread().empty();
    } catch (const SmtpTrouble&) {
        return false;
    }
}

void SmtpChannel::close() noexcept {
    if (!open()) return;
    if (tls_) {
        tls_->finish();
        flushTlsAtOnce();
    }
    descriptor_ = none;
    socket_.close();
}

}  // namespace errand::mail
