// SPDX-License-Identifier: Apache-2.0
#include "system/http.h"

#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/MessageHeader.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/StreamCopier.h>
#include <Poco/Timespan.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <sstream>
#include <stdexcept>

#include "system/openapi_check.h"
#include "system/over_tls.h"

namespace errand::tests {

namespace {

namespace net = Poco::Net;

// Longer than any deadline of the server.
const Poco::Timespan patience(60, 0);

net::SocketAddress address(int port) {
    return {"127.0.0.1", static_cast<Poco::UInt16>(port)};
}

std::unique_ptr<net::HTTPClientSession> newSession(int port, Asks whom) {
    if (whom == Asks::another || !overTls())
        return std::make_unique<net::HTTPClientSession>(address(port));
    return std::make_unique<net::HTTPSClientSession>("127.0.0.1", static_cast<Poco::UInt16>(port),
                                                     clientTrust());
}

}  // namespace

Http::Http(int port, Asks whom) : whom_(whom), session_(newSession(port, whom)) {
    session_->setKeepAlive(true);
    // The server keeps an idle connection for 60 s; POCO's default gives it up after 8.
    session_->setKeepAliveTimeout(Poco::Timespan(50, 0));
    session_->setTimeout(patience);
}

Answer Http::send(const std::string& method, const std::string& path, const std::string& body,
                  const Fields& fields) {
    const OpenApiCheck* check = whom_ == Asks::errandd ? openApiCheck() : nullptr;
    Answer answer = exchange(method, path, body, fields);
    if (check) check->check(method, path, answer);
    return answer;
}

// One document does for all servers of a run, since only what it says of requests goes by their
// services. Null while none can be had: a server that refuses all is to be asked again.
const OpenApiCheck* Http::openApiCheck() {
    static std::mutex mutex;
    static std::unique_ptr<const OpenApiCheck> check;
    const std::lock_guard<std::mutex> lock(mutex);
    if (!check) {
        const Answer document = exchange("GET", "/openapi.json", {}, {});
        if (document.status == 200) check = std::make_unique<OpenApiCheck>(document.json());
    }
    return check.get();
}

Answer Http::exchange(const std::string& method, const std::string& path, const std::string& body,
                      const Fields& fields) {
    net::HTTPRequest request(method, path, net::HTTPMessage::HTTP_1_1);
    for (const auto& [name, value] : fields) request.set(name, value);
    if (!body.empty() || method == "POST") {
        request.setContentLength(static_cast<std::streamsize>(body.size()));
    }
    session_->sendRequest(request) << body << std::flush;
    net::HTTPResponse response;
    std::istream& in = session_->receiveResponse(response);
    Answer answer;
    answer.status = response.getStatus();
    answer.fields = response;
    Poco::StreamCopier::copyToString(in, answer.body);
    return answer;
}

RawSocket::RawSocket(int port) : socket_(connectTo(port)) {
    socket_.setReceiveTimeout(patience);
    socket_.setSendTimeout(patience);
    socket_.setNoDelay(true);
}

void RawSocket::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const int sent = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool RawSocket::readable() {
    return !received_.empty() || socket_.poll(Poco::Timespan(), net::Socket::SELECT_READ);
}

bool receiveMore(net::StreamSocket& socket, std::string& received) {
    char buffer[65536];
    try {
        const int got = socket.receiveBytes(buffer, sizeof(buffer));
        if (got > 0) received.append(buffer, static_cast<std::size_t>(got));
        return got > 0;
    } catch (const net::ConnectionResetException&) {
        return false;
    }
}

bool RawSocket::more() {
    return receiveMore(socket_, received_);
}

std::optional<Answer> RawSocket::receive(bool head) {
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
        if (more()) continue;
        if (received_.empty()) return std::nullopt;
        throw std::runtime_error("the connection ended within an answer's head: " + received_);
    }
    if (!received_.starts_with("HTTP/1.1 ")) throw std::runtime_error("no HTTP: " + received_);
    Answer answer;
    answer.status = std::atoi(received_.c_str() + 9);
    const std::size_t line = received_.find("\r\n") + 2;
    std::istringstream block(received_.substr(line, end + 4 - line));
    net::MessageHeader header;
    header.read(block);
    answer.fields = header;
    received_.erase(0, end + 4);
    const std::size_t length = head ? 0 : std::stoul(header.get("Content-Length", "0"));
    while (received_.size() < length) {
        if (!more()) throw std::runtime_error("the connection ended within an answer's body");
    }
    answer.body = received_.substr(0, length);
    received_.erase(0, length);
    return answer;
}

bool RawSocket::closed() {
    return received_.empty() && !more();
}

std::vector<Answer> RawSocket::receiveAll() {
    std::vector<Answer> answers;
    while (auto answer = receive()) answers.push_back(std::move(*answer));
    return answers;
}

}  // namespace errand::tests
