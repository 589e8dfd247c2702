// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <Poco/Net/NetException.h>
#include <Poco/Net/SocketAddress.h>

#include "base/sockets.h"
#include "http/access_control.h"
#include "http/api_document.h"
#include "http/audit.h"
#include "http/capacity.h"
#include "http/connection.h"
#include "http/crew.h"
#include "http/job_quotas.h"
#include "http/lobby.h"
#include "http/request_metrics.h"
#include "http/streams.h"
#include "http/tls_channel.h"

namespace errand::http {
namespace {

namespace net = Poco::Net;

// Clients that the system has let in and the lobby not yet.
constexpr int backlog = 512;

std::string advice(int error) {
    if (error == EADDRINUSE) return "; end the program that listens there, or set http.port";
    if (error == EADDRNOTAVAIL) return "; set http.host to an address of this machine";
    if (error == EACCES) return "; ports below 1024 need a privilege: set http.port";
    return "; check http.host and http.port";
}

}  // namespace

struct Server::Serving {
    Serving(const Settings& wanted, const net::ServerSocket& door, TlsIdentity* shown,
            jobs::Jobs& jobs, const rpc::Catalogue& catalogue, const base::Clock& clock)
        : settings(fitted(wanted, base::raiseDescriptorLimit())),
          identity(shown),
          files(settings.root, settings.swaggerUi),
          document(catalogue),
          access(settings.access, settings.tls.any(), clock),
          quotas(settings.access.jobs),
          site{jobs,
               catalogue,
               clock,
               files,
               document,
               access,
               audit,
               quotas,
               requests,
               settings.maxWait,
               settings.hosted,
               settings.maxBodyBytes,
               std::max(settings.maxArrayBytes, settings.maxBodyBytes),
               settings.accessLog,
               [this](base::MetricsPage& page) { writeConnections(page); }},
          responder(site),
          streams(settings, jobs, clock),
          crew(settings.threads, [this](Guest guest) { serve(std::move(guest)); }),
          lobby(
              settings, door, [this](const net::StreamSocket& socket) { return open(socket); },
              crew) {
        connections.watch([this] { return crew.waiting(); }, settings.threads);
    }

    void writeConnections(base::MetricsPage& page) const {
        const auto sample = [&page](const char* state, std::size_t count) {
            page.sample({{"state", state}}, static_cast<std::uint64_t>(count));
        };
        page.family("errand_http_connections", "gauge",
                    "Connections that are open, by what they do.");
        sample("resting", lobby.count());
        sample("waiting", static_cast<std::size_t>(crew.waiting()));
        sample("served", static_cast<std::size_t>(crew.busy()));
        sample("streaming", streams.count());
    }

    std::unique_ptr<Channel> open(const net::StreamSocket& socket) const {
        if (!identity) return std::make_unique<PlainChannel>(socket, settings.slice);
        identity->refresh(std::chrono::steady_clock::now());
        return std::make_unique<TlsChannel>(socket, identity->open(), settings.slice);
    }

    void serve(Guest guest) {
        auto left = Connection(std::move(guest), settings, responder, connections, streams).serve();
        if (!left) return;
        if (left->ready)
            crew.add(std::move(*left));
        else
            lobby.enter(std::move(*left));
    }

    const Settings settings;
    TlsIdentity* const identity;
    StaticFiles files;
    ApiDocument document;
    AccessControl access;
    Audit audit;
    JobQuotas quotas;
    RequestMetrics requests;
    Site site;
    Responder responder;
    Connections connections;
    Streams streams;
    Crew crew;
    Lobby lobby;
};

Server::Server(const Settings& settings) : settings_(settings) {}

Server::~Server() {
    stop(base::SteadyTime::min());
}

void Server::bind() {
    if (settings_.tls.any()) identity_ = std::make_unique<TlsIdentity>(settings_.tls);
    const std::string where = settings_.host + ':' + std::to_string(settings_.port);
    try {
        const net::SocketAddress address(settings_.host, static_cast<Poco::UInt16>(settings_.port));
        // Never the port too: a second server on it would take every other client.
        socket_.bind(address, base::reusesPorts(), false);
        socket_.listen(backlog);
        port_ = socket_.address().port();
    } catch (const Poco::Exception& error) {
        const std::string reason =
            error.code() > 0 ? base::socketErrorText(error.code()) : error.displayText();
        throw net::NetException("cannot listen on " + where + ": " + reason + advice(error.code()));
    }
}

void Server::start(jobs::Jobs& jobs, const rpc::Catalogue& catalogue, const base::Clock& clock) {
    serving_ =
        std::make_unique<Serving>(settings_, socket_, identity_.get(), jobs, catalogue, clock);
    serving_->streams.start();
    serving_->lobby.start();
}

std::size_t Server::parked() const noexcept {
    return serving_ ? serving_->streams.count() : 0;
}

std::size_t Server::resting() const noexcept {
    return serving_ ? serving_->lobby.count() : 0;
}

void Server::setLimits(const AccessSettings& settings) {
    serving_->access.setRate(settings.requests);
    serving_->quotas.setRates(settings.jobs);
}

void Server::stop(base::SteadyTime deadline) {
    if (serving_) {
        serving_->connections.stop();
        serving_->lobby.stop();
        socket_.close();  // whoever comes now is refused, and does not wait in vain
        serving_->streams.stop(deadline);
        if (!serving_->crew.finish(deadline)) serving_->connections.cutOff();
        serving_->crew.stop();
        serving_.reset();
    }
    socket_.close();
}

}  // namespace errand::http
