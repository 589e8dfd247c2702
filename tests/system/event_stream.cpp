// SPDX-License-Identifier: Apache-2.0
#include "system/event_stream.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Timespan.h>

#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "system/http.h"
#include "system/over_tls.h"

namespace errand::tests {

namespace {

namespace net = Poco::Net;

// Four heartbeats of the server.
const Poco::Timespan patience(60, 0);

}  // namespace

EventStream::EventStream(int port, const std::string& path, std::optional<std::int64_t> lastId,
                         int room) {
    if (room > 0) {
        const net::SocketAddress address("127.0.0.1", static_cast<Poco::UInt16>(port));
        socket_ = net::StreamSocket(address.family());
        socket_.setReceiveBufferSize(room);
        socket_.connect(address);
        if (overTls())
            socket_ = net::SecureStreamSocket::attach(socket_, "localhost", clientTrust());
    } else {
        socket_ = connectTo(port);
    }
    socket_.setReceiveTimeout(patience);
    std::string request =
        "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n";
    if (lastId) request += "Last-Event-ID: " + std::to_string(*lastId) + "\r\n";
    request += "\r\n";
    socket_.sendBytes(request.data(), static_cast<int>(request.size()));
}

bool EventStream::more() {
    try {
        return receiveMore(socket_, received_);
    } catch (const net::SSLException&) {
        return false;  // cut off in the midst of a record
    }
}

void EventStream::readHead() {
    if (!head_.empty()) return;
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
        if (!more()) throw std::runtime_error("no answer: " + received_);
    }
    head_ = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
}

const std::string& EventStream::head() {
    readHead();
    return head_;
}

int EventStream::status() {
    readHead();
    return std::atoi(head_.c_str() + 9);
}

std::optional<StreamEvent> EventStream::next() {
    if (status() != 200) throw std::runtime_error("no stream: " + head_);
    while (true) {
        std::size_t end = 0;
        while ((end = received_.find("\n\n")) == std::string::npos) {
            if (!more()) return std::nullopt;
        }
        std::istringstream block(received_.substr(0, end + 1));
        received_.erase(0, end + 2);
        StreamEvent event;
        std::string data;
        for (std::string line; std::getline(block, line);) {
            const std::size_t colon = line.find(": ");
            const std::string name = line.substr(0, colon);
            const std::string value = colon == std::string::npos ? "" : line.substr(colon + 2);
            if (name == "id") lastId_ = std::stoll(value);
            if (name == "event") event.name = value;
            if (name == "data") data += value;
        }
        if (data.empty()) continue;
        event.id = lastId_;
        event.data = base::Json::parse(data);
        return event;
    }
}

}  // namespace errand::tests
