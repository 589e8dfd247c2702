// SPDX-License-Identifier: Apache-2.0
// LoginServer tells Postfix who may log in, as Dovecot does in Dovecot's own protocol: one name and
// one password, by the one mechanism it offers.
//
// Threads: a thread a connection of Postfix; setPassword may be called from any.
// Owns: the listening socket and those threads.
// Errors: Poco exceptions when it cannot listen.
#pragma once

#include <Poco/Net/TCPServer.h>

#include <memory>
#include <string>

#include "base/mutex.h"

namespace errand::tests {

class LoginServer {
public:
    // The mechanism is PLAIN (RFC 4616) or LOGIN, which asks for name and password in turn.
    LoginServer(std::string username, std::string password, std::string mechanism = "PLAIN");
    ~LoginServer();

    // Port on 127.0.0.1.
    int port() const { return server_->port(); }
    void setPassword(const std::string& password);

    const std::string& mechanism() const noexcept { return mechanism_; }
    bool admits(const std::string& username, const std::string& password);

private:
    const std::string username_;
    const std::string mechanism_;
    base::Mutex mutex_;
    std::string password_ GUARDED_BY(mutex_);
    std::unique_ptr<Poco::Net::TCPServer> server_;
};

}  // namespace errand::tests
