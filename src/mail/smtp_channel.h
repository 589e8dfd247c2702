// SPDX-License-Identifier: Apache-2.0
// SmtpChannel carries bytes to and from one server, in the clear or through TLS, and keeps to
// deadlines while it waits.
//
// Threads: used by one thread at a time; a wait looks at the context, which another may cancel.
// Owns: the socket and what was read ahead. SmtpTlsContext and Context are borrowed for the call.
// Errors: SmtpTrouble for what the network does; rpc::Cancelled within 0.1 s once the context of
//         the wait is cancelled. After either the channel is of no more use.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include "base/clock.h"
#include "mail/smtp_tls.h"
#include "rpc/context.h"

namespace errand::mail {

// How long to wait, and whom to ask meanwhile whether the end is wanted (null: nobody).
struct SmtpWait {
    base::SteadyTime until;
    const rpc::Context* context = nullptr;
};

// The addresses of a name, or the one that it is. It blocks as long as the system's resolver does:
// that has its own limits, and no way to be interrupted.
std::vector<Poco::Net::SocketAddress> resolveServer(const std::string& host, int port);

class SmtpChannel {
public:
    SmtpChannel() = default;
    ~SmtpChannel() { close(); }
    SmtpChannel(const SmtpChannel&) = delete;
    SmtpChannel& operator=(const SmtpChannel&) = delete;

    // To the first address that answers; each has its share of the time.
    void connect(const std::vector<Poco::Net::SocketAddress>& addresses, const SmtpWait& wait);
    // From here on nothing goes in the clear. REQUIRES unread().empty().
    void startTls(const SmtpTlsContext& context, const std::string& host, const SmtpWait& wait);

    void write(std::string_view bytes, const SmtpWait& wait);
    // Reads at least one more byte.
    void read(const SmtpWait& wait);
    std::string_view unread() const noexcept { return std::string_view(read_).substr(taken_); }
    void take(std::size_t size);

    // Whether the server, unasked, has neither said anything nor closed. Does not wait.
    bool quiet();
    void close() noexcept;
    bool open() const noexcept { return descriptor_ != none; }

    const Poco::Net::StreamSocket& socket() const noexcept { return socket_; }
    const SmtpTls* tls() const noexcept { return tls_.get(); }

private:
    static constexpr int none = -1;

    void connectTo(const Poco::Net::SocketAddress& address, const SmtpWait& wait);
    void writeRaw(std::string_view bytes, const SmtpWait& wait);
    void readRaw(const SmtpWait& wait);
    void arrived(std::string_view bytes);
    void flushTls(const SmtpWait& wait);
    void flushTlsAtOnce() noexcept;

    Poco::Net::StreamSocket socket_;
    int descriptor_ = none;  // the socket's, while it is connected
    std::unique_ptr<SmtpTls> tls_;
    std::string read_;
    std::size_t taken_ = 0;
};

}  // namespace errand::mail
