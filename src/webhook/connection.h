// SPDX-License-Identifier: Apache-2.0
// Connection carries bytes to and from one receiver, in the clear or through TLS, and keeps to one
// deadline over all of it.
//
// Threads: used by one thread; each wait looks at the context, which another may cancel.
// Owns: the socket. What Wait and startTls name is borrowed.
// Errors: Trouble for what the network does and when the time is over; rpc::Cancelled within 0.1 s
//         once the context is cancelled.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include "base/clock.h"
#include "rpc/context.h"
#include "webhook/tls.h"

namespace errand::webhook {

// How long all steps together may take, and whom to ask meanwhile whether the end is wanted.
struct Wait {
    base::SteadyTime until;
    const rpc::Context& context;
};

class Connection {
public:
    explicit Connection(const Wait& wait) : wait_(wait) {}
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // To the first address that answers; each has its share of the time. REQUIRES one at least.
    void connect(const std::vector<Poco::Net::SocketAddress>& addresses);
    // REQUIRES connect; nothing has been written yet.
    void startTls(const TlsTrust& trust, const std::string& host);

    void write(std::string_view bytes);
    // Appends at least one more byte; false: the receiver has ended its stream. Waits until the
    // earlier of `until` and the deadline of all.
    bool read(std::string& into, base::SteadyTime until = base::SteadyTime::max());

private:
    void connectTo(const Poco::Net::SocketAddress& address, base::SteadyTime until);
    Tls::Needs writeSome(std::string_view bytes, std::size_t& done);
    Tls::Needs readSome(char* into, std::size_t size, std::size_t& done);
    void await(Tls::Needs needs, base::SteadyTime until);

    const Wait wait_;
    Poco::Net::StreamSocket socket_;
    std::optional<Tls> tls_;
};

}  // namespace errand::webhook
