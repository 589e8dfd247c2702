// SPDX-License-Identifier: Apache-2.0
// TcpProxy stands between a client and a server and does what networks do: it cuts, refuses,
// stalls, swallows and delays when the test says so.
//
// Threads: used by one thread; one of its own carries the bytes. Each order is in effect on return.
// Owns: its thread, its port and the connections on both sides.
// Errors: Poco::Net::NetException from the constructor where no port can be had.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include <poll.h>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include "base/mutex.h"
#include "base/worker.h"

namespace errand::tests {

// A port of 127.0.0.1 that is free, and below those that the system gives to outgoing connections:
// a client that tries again and again while nobody listens there could otherwise be given the very
// port, and be connected to itself.
int freePort();

class TcpProxy {
public:
    enum class Way { both, toServer, toClient };

    // Carries what comes to port() on to that port of 127.0.0.1, which may be opened later.
    explicit TcpProxy(int serverPort);
    ~TcpProxy();
    TcpProxy(const TcpProxy&) = delete;
    TcpProxy& operator=(const TcpProxy&) = delete;

    int port() const noexcept { return port_; }

    // Resets (RST) the connections there are, on both sides.
    void cut();
    // New connections are refused; those there are go on.
    void refuse();
    // Nothing moves, and nothing is lost: what was sent goes on after forward().
    void stall();
    // What is sent on connections there are, and on new ones, is lost without a word, an end of
    // the connection too: the other side holds it for open. A connection that has lost something
    // stays dead after forward(), until its ends give it up, or cut().
    void swallow(Way way = Way::both);
    // Each byte takes that long from now on.
    void delay(std::chrono::milliseconds time);
    // Undoes refuse, stall, swallow and delay, for what comes next.
    void forward();

    std::size_t connections();
    // Until there are that many.
    void waitForConnections(std::size_t count);

private:
    using Instant = std::chrono::steady_clock::time_point;

    struct Chunk {
        Instant due;
        std::string bytes;
    };
    // One direction of a connection.
    struct Flow {
        int from;
        int to;
        bool swallowed;
        std::deque<Chunk> waiting{};
        std::size_t size = 0;
        bool ended = false;     // nothing more comes
        bool finished = false;  // and all has been passed on
        bool broken = false;

        bool done() const { return finished || (swallowed && ended); }
    };
    struct Connection {
        Poco::Net::StreamSocket client;
        Poco::Net::StreamSocket server;
        std::vector<Flow> flows;
        bool dead() const;
    };
    struct Polled {
        Flow* flow;
        bool reading;
    };

    void order(std::function<void()> order);
    void listen();
    void run();
    bool carryOutOrders();
    int collect(std::vector<pollfd>& files, std::vector<Polled>& polled);
    void accept();
    void move(Flow& flow, bool reading);
    void read(Flow& flow);
    static void write(Flow& flow);
    void sweep();

    const int serverPort_;
    const int port_;
    const int wake_;  // an eventfd

    // Of the thread; orders are carried out there.
    std::optional<Poco::Net::ServerSocket> listener_;
    std::list<Connection> connections_;
    std::chrono::milliseconds delay_{0};
    bool stalled_ = false;
    bool swallowed_[2] = {false, false};  // to the server, to the client

    base::Mutex mutex_;
    base::Condition done_;
    std::deque<std::function<void()>> orders_ GUARDED_BY(mutex_);
    bool ended_ GUARDED_BY(mutex_) = false;

    base::Worker worker_{"proxy"};
};

}  // namespace errand::tests
