// SPDX-License-Identifier: Apache-2.0
#include "connect_error.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>

#include "base/sockets.h"

namespace errand::transport_amqp {

namespace {

// It was answered a moment ago.
const Poco::Timespan patience(1, 0);

// What connecting comes to; 0: to nothing that is an error.
int outcomeOf(const std::string& host, int port) {
    try {
        Poco::Net::StreamSocket socket;
        socket.connectNB(Poco::Net::SocketAddress(host, static_cast<Poco::UInt16>(port)));
        const int modes = Poco::Net::Socket::SELECT_WRITE | Poco::Net::Socket::SELECT_ERROR;
        return socket.poll(patience, modes) ? socket.impl()->socketError() : 0;
    } catch (const Poco::Net::NetException& exception) {
        return exception.code();
    } catch (const Poco::Exception&) {
        return 0;
    }
}

}  // namespace

std::string connectError(const std::string& host, int port) {
    const int error = outcomeOf(host, port);
    return error == 0 ? "no connection can be made" : base::socketErrorText(error);
}

}  // namespace errand::transport_amqp
