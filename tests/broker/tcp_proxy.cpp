// SPDX-License-Identifier: Apache-2.0
#include "broker/tcp_proxy.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <stdexcept>

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>

#include "system/process.h"

namespace errand::tests {

namespace {

namespace net = Poco::Net;
using std::chrono::steady_clock;

// What may wait in one direction: enough for any delay in use, and no strain on memory.
constexpr std::size_t mostWaiting = 16 * 1024 * 1024;

net::SocketAddress local(int port) {
    return {"127.0.0.1", static_cast<Poco::UInt16>(port)};
}

void reset(net::StreamSocket& socket) {
    try {
        socket.setLinger(true, 0);
    } catch (const net::NetException&) {  // its end has gone already
    }
    socket.close();
}

bool passing() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace

int freePort() {
    static std::mt19937 random{std::random_device()()};
    // Programs that run at the same time seek in different stretches: what is free now is opened
    // some seconds later.
    const int stretch = 20000 + ::getpid() % 12 * 1000;
    while (true) {
        const int port = stretch + static_cast<int>(random() % 1000);
        try {
            const net::ServerSocket probe(local(port));
            return port;
        } catch (const net::NetException&) {  // taken: the next one
        }
    }
}

TcpProxy::TcpProxy(int serverPort)
    : serverPort_(serverPort), port_(freePort()), wake_(::eventfd(0, EFD_CLOEXEC)) {
    listen();
    worker_.start([this] { run(); });
}

TcpProxy::~TcpProxy() {
    {
        const base::MutexLock lock(mutex_);
        ended_ = true;
    }
    ::eventfd_write(wake_, 1);
    worker_.join();
    ::close(wake_);
}

void TcpProxy::listen() {
    listener_.emplace();
    listener_->bind(local(port_), true);
    listener_->listen();
    listener_->setBlocking(false);
}

void TcpProxy::cut() {
    order([this] {
        for (Connection& connection : connections_) connection.flows[0].broken = true;
    });
}

void TcpProxy::refuse() {
    order([this] { listener_.reset(); });
}

void TcpProxy::stall() {
    order([this] { stalled_ = true; });
}

void TcpProxy::swallow(Way way) {
    order([this, way] {
        swallowed_[0] = way != Way::toClient;
        swallowed_[1] = way != Way::toServer;
        for (Connection& connection : connections_) {
            for (int i = 0; i < 2; ++i) connection.flows[i].swallowed |= swallowed_[i];
        }
    });
}

void TcpProxy::delay(std::chrono::milliseconds time) {
    order([this, time] { delay_ = time; });
}

void TcpProxy::forward() {
    order([this] {
        if (!listener_) listen();
        stalled_ = swallowed_[0] = swallowed_[1] = false;
        delay_ = {};
    });
}

std::size_t TcpProxy::connections() {
    std::size_t count = 0;
    order([this, &count] { count = connections_.size(); });
    return count;
}

void TcpProxy::waitForConnections(std::size_t count) {
    const auto deadline = steady_clock::now() + generous;
    while (connections() != count) {
        if (steady_clock::now() > deadline) {
            throw std::runtime_error("never " + std::to_string(count) + " connections");
        }
        pauseBetweenLooks();
    }
}

void TcpProxy::order(std::function<void()> order) {
    const base::MutexLock lock(mutex_);
    orders_.push_back(std::move(order));
    ::eventfd_write(wake_, 1);
    while (!orders_.empty()) done_.wait(mutex_);
}

bool TcpProxy::carryOutOrders() {
    const base::MutexLock lock(mutex_);
    for (const auto& order : orders_) order();
    sweep();
    orders_.clear();
    done_.notifyAll();
    return !ended_;
}

void TcpProxy::run() {
    std::vector<pollfd> files;
    std::vector<Polled> polled;
    while (carryOutOrders()) {
        const int timeout = collect(files, polled);
        ::poll(files.data(), files.size(), timeout);
        eventfd_t ignored = 0;
        if (files[0].revents != 0) ::eventfd_read(wake_, &ignored);
        for (std::size_t i = 0; i < polled.size(); ++i) {
            if (files[i + 2].revents != 0) move(*polled[i].flow, polled[i].reading);
        }
        // Last: what it adds has not been asked about.
        if (files[1].revents != 0) accept();
    }
}

// What is to be waited for, and how long in milliseconds (-1: until something happens).
int TcpProxy::collect(std::vector<pollfd>& files, std::vector<Polled>& polled) {
    polled.clear();
    files.assign({{wake_, POLLIN, 0}, {listener_ ? listener_->impl()->sockfd() : -1, POLLIN, 0}});
    const Instant now = steady_clock::now();
    Instant next = Instant::max();
    for (Connection& connection : connections_) {
        for (Flow& flow : connection.flows) {
            if (!flow.ended && (flow.swallowed || (!stalled_ && flow.size < mostWaiting))) {
                files.push_back({flow.from, POLLIN, 0});
                polled.push_back({&flow, true});
            }
            if (flow.waiting.empty() || flow.swallowed || stalled_) continue;
            if (flow.waiting.front().due > now) {
                next = std::min(next, flow.waiting.front().due);
            } else {
                files.push_back({flow.to, POLLOUT, 0});
                polled.push_back({&flow, false});
            }
        }
    }
    if (next == Instant::max()) return -1;
    return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(next - now).count());
}

void TcpProxy::accept() {
    std::optional<net::StreamSocket> client;
    try {
        client = listener_->acceptConnection();
        net::StreamSocket server(local(serverPort_));
        Connection& made = connections_.emplace_back(Connection{*client, server, {}});
        for (net::StreamSocket* socket : {&made.client, &made.server}) {
            socket->setBlocking(false);
            socket->setNoDelay(true);
        }
        const int clientFile = made.client.impl()->sockfd();
        const int serverFile = made.server.impl()->sockfd();
        made.flows.push_back({clientFile, serverFile, swallowed_[0]});
        made.flows.push_back({serverFile, clientFile, swallowed_[1]});
    } catch (const Poco::Exception&) {
        // The client has gone again, or there is no server: as near to refusing as one can get.
        if (client) reset(*client);
    }
}

void TcpProxy::move(Flow& flow, bool reading) {
    if (reading) {
        read(flow);
    } else {
        write(flow);
    }
    if (!flow.ended || !flow.waiting.empty() || flow.finished || flow.swallowed) return;
    ::shutdown(flow.to, SHUT_WR);
    flow.finished = true;
}

void TcpProxy::read(Flow& flow) {
    char buffer[65536];
    const ssize_t size = ::recv(flow.from, buffer, sizeof(buffer), 0);
    if (size < 0 && passing()) return;
    if (size <= 0) {
        flow.ended = true;
        flow.broken = size < 0 && !flow.swallowed;
        return;
    }
    if (flow.swallowed) return;
    flow.size += static_cast<std::size_t>(size);
    flow.waiting.push_back(
        {steady_clock::now() + delay_, std::string(buffer, static_cast<std::size_t>(size))});
}

void TcpProxy::write(Flow& flow) {
    std::string& bytes = flow.waiting.front().bytes;
    const ssize_t size = ::send(flow.to, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size < 0) {
        flow.broken = !passing();
        return;
    }
    flow.size -= static_cast<std::size_t>(size);
    bytes.erase(0, static_cast<std::size_t>(size));
    if (bytes.empty()) flow.waiting.pop_front();
}

bool TcpProxy::Connection::dead() const {
    return flows[0].broken || flows[1].broken;
}

// A broken connection is reset on both sides; one that both sides have ended is closed.
void TcpProxy::sweep() {
    for (auto at = connections_.begin(); at != connections_.end();) {
        if (at->dead()) {
            reset(at->client);
            reset(at->server);
            at = connections_.erase(at);
        } else if (at->flows[0].done() && at->flows[1].done()) {
            at = connections_.erase(at);
        } else {
            ++at;
        }
    }
}

}  // namespace errand::tests
