// SPDX-License-Identifier: Apache-2.0
#include "connect_error.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace errand::transport_amqp {

namespace {

// It was answered a moment ago.
constexpr int patienceMs = 1000;

// What connecting comes to; 0: to nothing that is an error.
int outcomeOf(const addrinfo& address) {
    const int file =
        ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
    if (file < 0) return errno;
    int error = ::connect(file, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
    if (error == EINPROGRESS) {
        pollfd watched{file, POLLOUT, 0};
        error = 0;
        socklen_t size = sizeof(error);
        if (::poll(&watched, 1, patienceMs) == 1) {
            ::getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &size);
        }
    }
    ::close(file);
    return error;
}

}  // namespace

std::string connectError(const std::string& host, int port) {
    addrinfo hint{};
    hint.ai_socktype = SOCK_STREAM;
    addrinfo* addresses = nullptr;
    int error = 0;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hint, &addresses) == 0) {
        error = outcomeOf(*addresses);
        ::freeaddrinfo(addresses);
    }
    return error == 0 ? "no connection can be made" : std::generic_category().message(error);
}

}  // namespace errand::transport_amqp
