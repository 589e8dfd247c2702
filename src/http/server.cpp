// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <cerrno>
#include <system_error>

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/Net/TCPServerParams.h>
#include <Poco/Timespan.h>

#include "http/api_document.h"
#include "http/connection.h"
#include "http/problem.h"
#include "http/streams.h"

namespace errand::http {
namespace {

namespace net = Poco::Net;

// A pool's thread is free again a moment after POCO's dispatcher has counted it off: with as many
// threads as the dispatcher may ask for, it would now and then be refused one.
constexpr int spareThreads = 16;

class ConnectionFactory : public net::TCPServerConnectionFactory {
public:
    ConnectionFactory(const Settings& settings, const Responder& responder,
                      Connections& connections, Streams& streams)
        : settings_(settings),
          responder_(responder),
          connections_(connections),
          streams_(streams) {}

    net::TCPServerConnection* createConnection(const net::StreamSocket& socket) override {
        return new Connection(socket, settings_, responder_, connections_,
                              streams_);  // POCO owns it
    }

private:
    const Settings& settings_;
    const Responder& responder_;
    Connections& connections_;
    Streams& streams_;
};

// Refuses with words what POCO's dispatcher would only drop.
class FullQueueFilter : public net::TCPServerConnectionFilter {
public:
    FullQueueFilter(const Settings& settings, const Connections& connections,
                    const base::Clock& clock)
        : settings_(settings), connections_(connections), clock_(clock) {}

    bool accept(const net::StreamSocket& socket) override {
        if (connections_.waiting() < settings_.queuedConnections) return true;
        Response response = problem(503, "too many connections wait for an answer");
        response.addField("Retry-After", "1");
        std::string out;
        writeResponse(out, response, {true, false, 1}, clock_.now());
        Wire::sendAtOnce(socket, out);
        return false;
    }

private:
    const Settings& settings_;
    const Connections& connections_;
    const base::Clock& clock_;
};

net::TCPServerParams* parameters(const Settings& settings) {
    auto* params = new net::TCPServerParams;  // POCO owns it
    params->setMaxThreads(settings.threads);
    params->setMaxQueued(settings.queuedConnections);
    // A thread that waits for a connection hears of a stop after this at the latest.
    const std::chrono::microseconds slice = settings.slice;
    params->setThreadIdleTime(Poco::Timespan(slice.count()));
    return params;
}

std::string advice(int error) {
    if (error == EADDRINUSE) return "; end the program that listens there, or set http.port";
    if (error == EADDRNOTAVAIL) return "; set http.host to an address of this machine";
    if (error == EACCES) return "; ports below 1024 need a privilege: set http.port";
    return "; check http.host and http.port";
}

}  // namespace

struct Server::Serving {
    Serving(const Settings& settings, const net::ServerSocket& socket, jobs::Jobs& jobs,
            const rpc::Catalogue& catalogue, const base::Clock& clock)
        : files(settings.root, settings.swaggerUi),
          document(catalogue),
          site{jobs,
               catalogue,
               clock,
               files,
               document,
               settings.maxWait,
               settings.hosted,
               settings.maxBodyBytes,
               std::max(settings.maxArrayBytes, settings.maxBodyBytes)},
          responder(site),
          streams(settings, jobs, clock),
          pool("http", 1, settings.threads + spareThreads),
          tcp(new ConnectionFactory(settings, responder, connections, streams), pool, socket,
              parameters(settings)) {
        connections.watch([this] { return tcp.queuedConnections(); }, settings.threads);
        tcp.setConnectionFilter(new FullQueueFilter(settings, connections, clock));  // POCO owns it
    }

    StaticFiles files;
    ApiDocument document;
    Site site;
    Responder responder;
    Connections connections;
    Streams streams;
    Poco::ThreadPool pool;
    net::TCPServer tcp;
};

Server::Server(const Settings& settings) : settings_(settings) {}

Server::~Server() {
    stop(base::SteadyTime::min());
}

void Server::bind() {
    const std::string where = settings_.host + ':' + std::to_string(settings_.port);
    try {
        const net::SocketAddress address(settings_.host, static_cast<Poco::UInt16>(settings_.port));
        // Never the port too: a second server on it would take every other client.
        socket_.bind(address, true, false);
        socket_.listen(settings_.queuedConnections);
        port_ = socket_.address().port();
    } catch (const Poco::Exception& error) {
        const std::string reason =
            error.code() > 0 ? std::generic_category().message(error.code()) : error.displayText();
        throw net::NetException("cannot listen on " + where + ": " + reason + advice(error.code()));
    }
}

void Server::start(jobs::Jobs& jobs, const rpc::Catalogue& catalogue, const base::Clock& clock) {
    serving_ = std::make_unique<Serving>(settings_, socket_, jobs, catalogue, clock);
    serving_->streams.start();
    serving_->tcp.start();
}

std::size_t Server::parked() const noexcept {
    return serving_ ? serving_->streams.count() : 0;
}

void Server::stop(base::SteadyTime deadline) {
    if (serving_) {
        serving_->connections.stop();
        serving_->tcp.stop();
        socket_.close();  // whoever comes now is refused, and does not wait in vain
        serving_->streams.stop(deadline);
        if (!serving_->connections.waitUntilNone(deadline)) serving_->connections.cutOff();
        serving_->pool.joinAll();
        serving_.reset();
    }
    socket_.close();
}

}  // namespace errand::http
