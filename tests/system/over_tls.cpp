// SPDX-License-Identifier: Apache-2.0
#include "system/over_tls.h"

#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>

#include <cstdlib>

namespace errand::tests {

namespace {

namespace net = Poco::Net;

struct Identity {
    Certificates certificates;
    const KeyPair server = certificates.issue("IP:127.0.0.1,DNS:localhost");
    const net::Context::Ptr trust =
        new net::Context(net::Context::TLS_CLIENT_USE, certificates.authority(),
                         net::Context::VERIFY_STRICT);  // POCO owns it
};

const Identity& identity() {
    static const Identity one;
    return one;
}

}  // namespace

bool overTls() {
    static const bool is = std::getenv("ERRAND_TEST_TLS") != nullptr;
    return is;
}

const KeyPair& serverIdentity() {
    return identity().server;
}

net::Context::Ptr clientTrust() {
    return identity().trust;
}

net::StreamSocket connectTo(int port) {
    const net::SocketAddress address("127.0.0.1", static_cast<Poco::UInt16>(port));
    if (!overTls()) return net::StreamSocket(address);
    net::SecureStreamSocket socket(clientTrust());
    socket.setLazyHandshake(true);
    socket.setPeerHostName("localhost");
    socket.connect(address);
    return socket;
}

std::vector<std::string> tlsSettings() {
    if (!overTls()) return {};
    return {"http.tls.certificate=" + serverIdentity().certificate,
            "http.tls.key=" + serverIdentity().key};
}

}  // namespace errand::tests
