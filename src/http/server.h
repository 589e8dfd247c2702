// SPDX-License-Identifier: Apache-2.0
// Server listens on an address and serves HTTP/1.1 there, with threads of its own.
//
// Threads: bind, start and stop belong to the owner's thread; port may be called from any after
//          bind.
// Owns: its socket, its threads and its connections. Jobs, catalogue and clock outlive stop().
// Errors: bind throws Poco::Net::NetException with a line that says where it cannot listen, why,
//         and what to do; Poco::FileException for a certificate or key that does not fit.
#pragma once

#include <memory>

#include <Poco/Net/ServerSocket.h>

#include "base/clock.h"
#include "http/connections.h"
#include "http/respond.h"
#include "http/settings.h"
#include "http/site.h"
#include "http/tls_identity.h"

namespace errand::http {

class Server {
public:
    explicit Server(const Settings& settings);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Reads the certificate, if there is one, and takes the address. Clients that connect from now
    // on wait until start().
    void bind();

    // Serves. REQUIRES bind().
    void start(jobs::Jobs& jobs, const rpc::Catalogue& catalogue,
               const base::Clock& clock = base::Clock::system());

    // The port listened on, also where the settings said 0. REQUIRES bind().
    int port() const { return port_; }

    // How many clients wait, without a thread, for an answer or for events.
    std::size_t parked() const noexcept;

    // How many connections rest, without a thread, until their clients say something.
    std::size_t resting() const noexcept;

    // Takes no more, ends connections that rest and streams, answers those who wait, lets requests
    // in progress be answered until the deadline and returns when all connections are closed. May
    // be called twice, and before start.
    // From now on those of the settings' limits hold that may change while it serves: how many
    // requests and jobs each caller may send. REQUIRES start. Any thread.
    void setLimits(const AccessSettings& settings);

    void stop(base::SteadyTime deadline);

private:
    // What start() adds, in the order it is built.
    struct Serving;

    // Set in the constructor, then constant.
    const Settings settings_;

    int port_ = 0;
    Poco::Net::ServerSocket socket_;
    std::unique_ptr<TlsIdentity> identity_;  // null: no TLS
    std::unique_ptr<Serving> serving_;
};

}  // namespace errand::http
