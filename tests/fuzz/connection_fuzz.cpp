// SPDX-License-Identifier: Apache-2.0
// Any bytes from a client into a real Connection with the real routes and services over a fake
// store: what comes back is well-formed responses, one a request at most, nothing after one that
// closes, and the same however the bytes were cut on their way.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string>

#include <Poco/Net/StreamSocket.h>
#include <Poco/Net/StreamSocketImpl.h>
#include <Poco/TemporaryFile.h>

#include "compute/compute_service.h"
#include "fuzz/answers.h"
#include "fuzz/fixed_jobs.h"
#include "fuzz/require.h"
#include "http/access_control.h"
#include "http/api_document.h"
#include "http/audit.h"
#include "http/connection.h"
#include "http/job_quotas.h"
#include "http/request_metrics.h"
#include "mail/mail_service.h"

namespace errand::fuzz {
namespace {

class NoSender : public mail::Sender {
public:
    void send(const mail::Message&, const rpc::Context&) override {}
};

struct Root {
    Root() {
        directory.createDirectories();
        std::ofstream(directory.path() + "/index.html") << "<!doctype html><title>Errand</title>";
    }
    Poco::TemporaryFile directory;
};

// Small limits, so that small inputs reach them.
http::Settings smallSettings() {
    http::Settings settings;
    settings.maxBodyBytes = 1024;
    settings.maxHeaderBytes = 1024;
    settings.maxTargetBytes = 256;
    settings.headerDeadline = std::chrono::milliseconds(200);  // an answer that finds no room
    settings.slice = std::chrono::milliseconds(20);
    return settings;
}

struct Server {
    NoSender sender;
    compute::ComputeService compute{{1, 60}};
    mail::MailService mail{{}, sender};
    rpc::Catalogue catalogue{{&compute, &mail}};
    FixedJobs jobs{catalogue};
    FixedClock clock;
    Root root;
    http::StaticFiles files{root.directory.path()};
    http::ApiDocument document{catalogue};
    http::AccessControl access{{}, false, clock};
    http::Audit audit;
    http::JobQuotas quotas{{}};
    http::RequestMetrics requests;
    http::Site site{jobs, catalogue, clock, files, document, access, audit, quotas, requests};
    http::Responder responder{site};
    const http::Settings settings = smallSettings();
    mutable http::Streams streams{settings, jobs, clock};  // not started: nobody is parked
};

// Both ends keep the borders between sends: what is sent at once is received at once.
struct Pair {
    Pair() {
        require(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0, "there are descriptors");
        const int room = 4 << 20;
        ::setsockopt(ends[0], SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    }
    ~Pair() { ::close(ends[1]); }  // the other is the connection's
    int ends[2];
};

// One byte now and then, a few hundred else.
std::size_t nextPiece(std::uint32_t& seed) {
    seed = seed * 1664525 + 1013904223;
    return seed >> 29 == 0 ? 1 : 16 + (seed >> 20) % 512;
}

// Sends the bytes in pieces, serves them and receives all there is; `seed` 0: in one piece.
std::string serve(const Server& server, std::string_view bytes, std::uint32_t seed) {
    Pair pair;
    // No socket of ours besides: the connection's end must be the end.
    http::Guest guest{
        .channel = std::make_unique<http::PlainChannel>(
            Poco::Net::StreamSocket(new Poco::Net::StreamSocketImpl(pair.ends[0])),  // POCO owns it
            server.settings.slice)};
    while (!bytes.empty()) {
        const auto now = bytes.substr(0, seed == 0 ? bytes.npos : nextPiece(seed));
        if (::send(pair.ends[1], now.data(), now.size(), MSG_DONTWAIT) < 0) break;
        bytes.remove_prefix(now.size());
    }
    ::shutdown(pair.ends[1], SHUT_WR);
    http::Connections connections;
    guest.waitsSince = std::chrono::steady_clock::now();
    const auto left = http::Connection(std::move(guest), server.settings, server.responder,
                                       connections, server.streams)
                          .serve();
    require(!left, "the connection is served to its end");
    std::string received;
    static char packet[1 << 20];
    while (true) {
        const ssize_t size = ::recv(pair.ends[1], packet, sizeof packet, 0);
        // Said once, of bytes that the server had no wish to read; what it has sent comes after.
        if (size < 0 && errno == ECONNRESET) continue;
        if (size <= 0) return received;
        received.append(packet, static_cast<std::size_t>(size));
    }
}

std::size_t countOf(std::string_view part, std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++count;
    return count;
}

// The refusal that ends a connection may come for another reason when it comes earlier.
bool isRefusal(const Answer& answer) {
    return answer.closes && answer.status >= 400;
}

void checkSame(const Answers& whole, const Answers& pieces) {
    const auto lastOf = [](const Answers& answers) {
        return answers.empty() ? std::string("none") : answers.back().text;
    };
    require(whole.size() == pieces.size(), "as many answers however the bytes were cut",
            lastOf(whole) + "\n--- in pieces:\n" + lastOf(pieces));
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const bool last = i + 1 == whole.size();
        if (last && isRefusal(whole[i]) && isRefusal(pieces[i])) break;
        require(whole[i].text == pieces[i].text, "the same answer", pieces[i].text);
    }
}

}  // namespace
}  // namespace errand::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace errand::fuzz;
    static const Server server;
    const std::string_view bytes = textOf(data, size);
    const bool anyHead = bytes.find("HEAD ") != bytes.npos;
    const Answers whole = readAnswers(serve(server, bytes, 0), anyHead);
    // A request has a version; one more may be refused before its version.
    require(whole.size() <= countOf("HTTP/1.", bytes) + 1, "one answer a request at most");
    std::uint32_t seed = static_cast<std::uint32_t>(size) + 1;
    for (const char c : bytes.substr(0, 64)) seed = seed * 31 + static_cast<unsigned char>(c);
    checkSame(whole, readAnswers(serve(server, bytes, seed), anyHead));
    return 0;
}
