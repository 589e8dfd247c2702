// SPDX-License-Identifier: Apache-2.0
// SocketPair is the two ends of one TCP connection over loopback.
//
// Threads: as its sockets.
// Owns: both ends.
// Errors: Poco exceptions when there is no loopback.
#pragma once

#include <sys/socket.h>

#include <array>
#include <optional>
#include <string>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

namespace errand::http {

class SocketPair {
public:
    SocketPair() {
        Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0));
        ends_[1].connect(listener.address());
        ends_[0] = listener.acceptConnection();
    }

    Poco::Net::StreamSocket& end(std::size_t which) { return ends_.at(which); }
    int descriptor(std::size_t which) { return end(which).impl()->sockfd(); }

    // What is there to be received: "" when the other side has ended, nothing while it is silent.
    std::optional<std::string> receivedBy(std::size_t which, bool atOnce = false) {
        char bytes[4096];
        const auto size = ::recv(descriptor(which), bytes, sizeof bytes, atOnce ? MSG_DONTWAIT : 0);
        if (size < 0) return std::nullopt;
        return std::string(bytes, static_cast<std::size_t>(size));
    }

private:
    std::array<Poco::Net::StreamSocket, 2> ends_;
};

}  // namespace errand::http
