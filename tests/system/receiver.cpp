// SPDX-License-Identifier: Apache-2.0
#include "system/receiver.h"

#include <Poco/Exception.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/String.h>

#include <sstream>
#include <stdexcept>

#include "system/process.h"

namespace errand::tests {

namespace {

using Then = Reaction::Then;

const Poco::Timespan slice(20'000);  // how often a connection looks whether it should end

Poco::Net::Context::Ptr contextOf(const KeyPair& certificate) {
    Poco::Net::Context::Params params;
    params.certificateFile = certificate.certificate;
    params.privateKeyFile = certificate.key;
    params.verificationMode = Poco::Net::Context::VERIFY_NONE;
    return new Poco::Net::Context(Poco::Net::Context::TLS_SERVER_USE, params);  // POCO owns it
}

std::string lowerCase(const std::string& text) {
    return Poco::toLower(text);
}

}  // namespace

std::string Delivery::field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
}

Receiver::Receiver() : listener_(Poco::Net::SocketAddress("127.0.0.1", 0)) {
    start();
}

Receiver::Receiver(const KeyPair& certificate)
    : listener_(Poco::Net::SocketAddress("127.0.0.1", 0)), context_(contextOf(certificate)) {
    start();
}

Receiver::~Receiver() {
    stopping_ = true;
    acceptor_.join();
    for (const auto& worker : workers_) worker->join();
}

void Receiver::start() {
    acceptor_.start([this] { accept(); });
}

std::string Receiver::url(const std::string& host) const {
    return (context_ ? "https://" : "http://") + host + ':' + std::to_string(port()) + "/hook";
}

void Receiver::answer(const Reaction& reaction) {
    const base::MutexLock lock(mutex_);
    reactions_.push_back(reaction);
}

std::vector<Delivery> Receiver::requests() const {
    const base::MutexLock lock(mutex_);
    return requests_;
}

Delivery Receiver::waitForRequest(std::size_t count) const {
    const base::MutexLock lock(mutex_);
    const auto deadline = std::chrono::steady_clock::now() + generous;
    while (requests_.size() < count) {
        if (!changed_.waitUntil(mutex_, deadline) && requests_.size() < count) {
            throw std::runtime_error("request " + std::to_string(count) + " did not come");
        }
    }
    return requests_[count - 1];
}

void Receiver::accept() {
    while (!stopping_) {
        if (!listener_.poll(slice, Poco::Net::Socket::SELECT_READ)) continue;
        Poco::Net::StreamSocket& socket = sockets_.emplace_back(listener_.acceptConnection());
        ++accepted_;
        workers_.push_back(std::make_unique<base::Worker>("receiver"));
        workers_.back()->start([this, &socket] {
            serve(socket);
            socket.close();
        });
    }
}

void Receiver::serve(Poco::Net::StreamSocket socket) {
    try {
        if (context_) socket = Poco::Net::SecureStreamSocket::attach(socket, context_);
        std::string received;
        std::size_t end = 0;
        while ((end = received.find("\r\n\r\n")) == received.npos) {
            if (!receive(socket, received)) return;
        }
        const std::string head = received.substr(0, end);
        std::string body = received.substr(end + 4);
        const std::size_t at = lowerCase(head).find("content-length:");
        const std::size_t size = at == head.npos ? 0 : std::stoul(head.substr(at + 15));
        while (body.size() < size) {
            if (!receive(socket, body)) return;
        }
        perform(socket, note(head, body));
        socket.close();
    } catch (const Poco::Exception&) {
        // The sender broke off, or refused the certificate.
    }
}

bool Receiver::receive(Poco::Net::StreamSocket& socket, std::string& into) const {
    char chunk[4096];
    while (!stopping_) {
        if (!socket.poll(slice, Poco::Net::Socket::SELECT_READ)) continue;
        const int got = socket.receiveBytes(chunk, sizeof chunk);
        if (got <= 0) return false;
        into.append(chunk, static_cast<std::size_t>(got));
        return true;
    }
    return false;
}

void Receiver::perform(Poco::Net::StreamSocket& socket, const Reaction& reaction) const {
    const std::string& bytes = reaction.bytes;
    socket.setBlocking(true);
    for (std::size_t at = 0; at < bytes.size();) {
        const int sent = socket.sendBytes(bytes.data() + at, static_cast<int>(bytes.size() - at));
        at += static_cast<std::size_t>(sent);
    }
    // Until the sender has had enough.
    while (reaction.then != Then::close && !stopping_) {
        if (socket.poll(slice, Poco::Net::Socket::SELECT_READ)) return;
        if (reaction.then == Then::drip) socket.sendBytes(&bytes.back(), 1);
    }
}

Reaction Receiver::note(const std::string& head, const std::string& body) {
    Delivery delivery;
    std::istringstream in(head);
    std::getline(in, delivery.line);
    delivery.line = Poco::trim(delivery.line);
    for (std::string line; std::getline(in, line);) {
        const std::size_t colon = line.find(':');
        delivery.fields[lowerCase(line.substr(0, colon))] = Poco::trim(line.substr(colon + 1));
    }
    delivery.body = body;
    const base::MutexLock lock(mutex_);
    requests_.push_back(std::move(delivery));
    changed_.notifyAll();
    if (reactions_.empty()) return {"HTTP/1.1 204 No Content\r\n\r\n"};
    Reaction reaction = std::move(reactions_.front());
    reactions_.pop_front();
    return reaction;
}

}  // namespace errand::tests
