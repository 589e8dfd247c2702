// SPDX-License-Identifier: Apache-2.0
// LoginServer tells Postfix who may log in, as Dovecot does in Dovecot's own protocol: one name and
// one password.
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
    LoginServer(std::string username, std::string password);
    ~LoginServer();

    // Port on 127.0.0.1.
    int port() const { return server_->port(); }
    void setPassword(const std::string& password);

    // The response of the mechanism PLAIN (RFC 4616), in base64: do name and password fit?
    bool admits(const std::string& response);

private:
    const std::string username_;
    base::Mutex mutex_;
    std::string password_ GUARDED_BY(mutex_);
    std::unique_ptr<Poco::Net::TCPServer> server_;
};

}  // namespace errand::tests
