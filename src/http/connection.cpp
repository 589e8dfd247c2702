// SPDX-License-Identifier: Apache-2.0
#include "http/connection.h"

#include <cstring>
#include <utility>

#include "http/problem.h"

namespace errand::http {
namespace {

using std::chrono::steady_clock;

// Received at a time behind a head of any size.
constexpr std::size_t bodyRoom = 16384;
// A long answer's memory is given back, a short one's is kept for the next.
constexpr std::size_t keptBytes = 65536;
constexpr base::SteadyTime unset{};
constexpr std::string_view goAhead = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Connection::Connection(const Poco::Net::StreamSocket& socket, const Settings& settings,
                       const Responder& responder, Connections& connections, Streams& streams)
    : TCPServerConnection(socket),
      settings_(settings),
      responder_(responder),
      connections_(connections),
      streams_(streams),
      capacity_(settings.maxHeaderBytes + bodyRoom),
      entry_(connections, socket.impl()->sockfd()),
      wire_(this->socket(), settings, connections),
      parser_(settings.maxHeaderBytes, settings.maxTargetBytes),
      buffer_(std::make_unique_for_overwrite<char[]>(capacity_)) {}

void Connection::run() {
    while (receiveHead() && serve()) dropUsed();
}

void Connection::dropUsed() noexcept {
    size_ -= used_;
    if (size_ > 0) std::memmove(buffer_.get(), buffer_.get() + used_, size_);
    if (out_.capacity() > keptBytes) out_ = std::string();
}

bool Connection::receiveHead() {
    parser_.reset();
    std::optional<Allowance> allowance;
    while (true) {
        switch (size_ == 0 ? Parsed::more : parser_.parse(received())) {
            case Parsed::done:
                return true;
            case Parsed::refused:
                refuse(parser_.fault());
                return false;
            case Parsed::more:
                break;
        }
        if (size_ == 0) {
            if (!awaitRequest()) return false;
            continue;
        }
        if (!allowance) allowance.emplace(settings_, connections_, steady_clock::now());
        if (!receiveMore(*allowance, "the header block took too long")) return false;
    }
}

// Waits for the first bytes of a request. A connection that rests gives its thread to one that
// waits for it.
bool Connection::awaitRequest() {
    if (!entry_.rest()) return false;
    const bool newcomer = served_ == 0;
    if (newcomer && connections_.crowded() && !wire_.readable(settings_.newcomerDeadline))
        return false;
    base::SteadyTime limit = unset;
    while (true) {
        switch (wire_.receive(buffer_.get(), capacity_, size_)) {
            case Wire::Got::bytes:
                entry_.wake();
                return true;
            case Wire::Got::closed:
                return false;
            case Wire::Got::silence:
                break;
        }
        const auto now = steady_clock::now();
        if (limit == unset) limit = now - settings_.slice + settings_.idleTimeout;
        if (now >= limit || connections_.stopping() || connections_.crowded()) return false;
    }
}

// Waits for more of a request that has begun.
bool Connection::receiveMore(const Allowance& allowance, const char* late) {
    while (!allowance.spent(steady_clock::now())) {
        std::size_t got = 0;
        switch (wire_.receive(buffer_.get() + size_, capacity_ - size_, got)) {
            case Wire::Got::bytes:
                size_ += got;
                return true;
            case Wire::Got::closed:
                return false;
            case Wire::Got::silence:
                break;
        }
    }
    refuse({408, late});
    return false;
}

bool Connection::serve() {
    const Head& head = parser_.head();
    Responder::Plan plan = responder_.plan(head);
    const bool withBody = head.method != "HEAD";
    if (!plan.route && head.expectsContinue && head.hasBody()) {
        // The client asked before it sent: it need not, and whether it will is not known.
        if (send(plan.answer, {withBody, false, head.minor})) linger();
        return false;
    }
    BodyDecoder decoder(plan.maxBytes);
    const auto body = receiveBody(head, decoder);
    if (!body) return false;
    const Response response = responder_.respond(std::move(plan), head, *body);
    // Parked, it needs no thread; what it has sent beyond the request it sends again.
    if (response.parking &&
        streams_.park(socket(), *response.parking, {withBody, false, head.minor}))
        return false;
    const bool weClose = connections_.stopping() || makesRoom();
    const bool keepAlive = head.keepAlive && !weClose;
    if (!send(response, {withBody, keepAlive, head.minor})) return false;
    // Who asked for the end has sent all, or so it said.
    if (!keepAlive && (head.keepAlive || wire_.readable({}))) linger();
    return keepAlive;
}

std::optional<std::string_view> Connection::receiveBody(const Head& head, BodyDecoder& decoder) {
    const auto behind = received().substr(parser_.consumed());
    used_ = parser_.consumed();
    if (!head.hasBody()) return std::string_view();
    // The usual case: it came with the head, and can be read where it is.
    if (head.length && *head.length <= decoder.maxBytes() && *head.length <= behind.size()) {
        used_ += static_cast<std::size_t>(*head.length);
        return behind.substr(0, static_cast<std::size_t>(*head.length));
    }
    return decodeBody(head, decoder);
}

std::optional<std::string_view> Connection::decodeBody(const Head& head, BodyDecoder& decoder) {
    Parsed parsed = decoder.begin(head);
    Allowance allowance(settings_, connections_, steady_clock::now());
    std::size_t taken = 0;
    std::string_view behind = received().substr(used_);
    if (parsed == Parsed::more && head.expectsContinue && behind.empty())
        if (!wire_.send(goAhead)) return std::nullopt;
    while (true) {
        if (parsed == Parsed::more) parsed = decoder.push(behind);
        if (parsed == Parsed::done) break;
        if (parsed == Parsed::refused) {
            refuse(decoder.fault());
            return std::nullopt;
        }
        size_ = used_;  // all behind the head has been taken: its room is free again
        // What the chunks' framing adds earns nothing: it can be had in any amount.
        allowance.earn(decoder.body().size() - taken, steady_clock::now());
        taken = decoder.body().size();
        if (!receiveMore(allowance, "the body came too slowly")) return std::nullopt;
        behind = received().substr(used_);
    }
    used_ = size_ - behind.size();
    return decoder.body();
}

bool Connection::send(const Response& response, const Delivery& delivery) {
    out_.clear();
    writeResponse(out_, response, delivery, responder_.site().clock.now());
    return wire_.send(out_);
}

// Answers what cannot be read. Where the next request would begin is not known: the connection
// ends.
void Connection::refuse(const Fault& fault) {
    if (send(problem(fault.status, fault.detail), {true, false, 1})) linger();
}

// Throws away what the client still sends until it has read the answer and closes: closing first,
// with bytes unread, would reset the connection and could take the answer with it.
void Connection::linger() {
    wire_.finishSending();
    const auto limit = steady_clock::now() + settings_.linger;
    while (steady_clock::now() < limit) {
        const auto got = wire_.receive(buffer_.get(), capacity_, size_);
        if (got == Wire::Got::closed) return;
        const bool wanted = connections_.stopping() || connections_.crowded();
        if (got == Wire::Got::silence && wanted) return;
    }
}

// Whether a busy client has had its share while others wait.
bool Connection::makesRoom() {
    return ++served_ % settings_.fairShare == 0 && connections_.crowded();
}

}  // namespace errand::http
