// SPDX-License-Identifier: Apache-2.0
#include "http/connection.h"

#include <cstring>
#include <string>
#include <utility>

#include "http/problem.h"
#include "http/request_metrics.h"

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

Connection::Connection(Guest guest, const Settings& settings, const Responder& responder,
                       Connections& connections, Streams& streams)
    : settings_(settings),
      responder_(responder),
      connections_(connections),
      streams_(streams),
      capacity_(settings.maxHeaderBytes + bodyRoom),
      guest_(std::move(guest)),
      entry_(connections, guest_.channel->descriptor()),
      wire_(*guest_.channel, settings, connections),
      parser_(settings.maxHeaderBytes, settings.maxTargetBytes),
      buffer_(std::make_unique_for_overwrite<char[]>(capacity_)),
      size_(guest_.received.size()) {
    if (size_ > 0) std::memcpy(buffer_.get(), guest_.received.data(), size_);
}

std::optional<Guest> Connection::serve() {
    if (steady_clock::now() - guest_.waitsSince > settings_.maxQueueTime) {
        refuse({503, "all threads are busy, and others have waited as long", 1});
        return std::nullopt;
    }
    while (true) {
        Next next = receiveHead();
        if (next == Next::leave) return leave(false);
        if (next == Next::on) next = answer();
        if (next == Next::end) return std::nullopt;
        dropUsed();
        if (givesWay()) return leave(size_ > 0);
    }
}

// What has been received goes along. `ready`: there may be a whole request in it.
Guest Connection::leave(bool ready) {
    guest_.received.assign(buffer_.get(), size_);
    guest_.ready = ready;
    if (size_ == 0 && guest_.channel->agreed()) guest_.begun = unset;
    return std::move(guest_);
}

void Connection::dropUsed() noexcept {
    size_ -= used_;
    if (size_ > 0) std::memmove(buffer_.get(), buffer_.get() + used_, size_);
    if (out_.capacity() > keptBytes) out_ = std::string();
}

Connection::Next Connection::receiveHead() {
    parser_.reset();
    while (true) {
        switch (size_ == 0 ? Parsed::more : parser_.parse(received())) {
            case Parsed::done:
                guest_.begun = unset;
                return Next::on;
            case Parsed::refused:
                refuse(parser_.fault());
                return Next::end;
            case Parsed::more:
                break;
        }
        if (const Next next = receiveMoreOfHead(); next != Next::on) return next;
    }
}

// A client that says nothing gives its thread to others, also in the midst of a head: the lobby
// waits for it.
Connection::Next Connection::receiveMoreOfHead() {
    if (size_ > 0 && guest_.begun == unset) guest_.begun = steady_clock::now();
    if (guest_.begun != unset && steady_clock::now() > guest_.begun + settings_.headerDeadline) {
        if (size_ > 0) refuse({408, "the header block took too long"});
        return Next::end;
    }
    std::size_t got = 0;
    switch (wire_.receive(buffer_.get() + size_, capacity_ - size_, got)) {
        case Wire::Got::bytes:
            size_ += got;
            return Next::on;
        case Wire::Got::closed:
            return Next::end;
        case Wire::Got::foreign:
            refuse({400, "TLS is spoken here: ask with https://, not http://"});
            return Next::end;
        case Wire::Got::silence:
            break;
    }
    if (!connections_.stopping()) return Next::leave;
    // Nothing more is begun, but what has been is served.
    return size_ > 0 ? Next::on : Next::end;
}

// Waits for more of a body.
bool Connection::receiveMore(const Allowance& allowance, const char* late) {
    while (!allowance.spent(steady_clock::now())) {
        std::size_t got = 0;
        switch (wire_.receivePatiently(buffer_.get() + size_, capacity_ - size_, got)) {
            case Wire::Got::bytes:
                size_ += got;
                return true;
            case Wire::Got::closed:
            case Wire::Got::foreign:
                return false;
            case Wire::Got::silence:
                break;
        }
    }
    refuse({408, late});
    return false;
}

Connection::Next Connection::answer() {
    const Head& head = parser_.head();
    Responder::Plan plan = responder_.plan(head, guest_.address);
    if (!plan.route && head.expectsContinue && head.hasBody()) {
        // The client asked before it sent: it need not, and whether it will is not known.
        const Response refusal = responder_.respond(std::move(plan), head, {});
        if (send(refusal, deliveryFor(head, false))) linger();
        return Next::end;
    }
    BodyDecoder decoder(plan.maxBytes);
    const auto body = receiveBody(head, decoder);
    if (!body) return Next::end;
    const Response response = responder_.respond(std::move(plan), head, *body);
    // Parked, it needs no thread; what it has sent beyond the request it sends again.
    if (response.parking &&
        streams_.park(guest_.channel, *response.parking, deliveryFor(head, false)))
        return Next::end;
    const bool keepAlive = head.keepAlive && !connections_.stopping();
    if (!send(response, deliveryFor(head, keepAlive))) return Next::end;
    ++guest_.served;
    if (keepAlive) return Next::on;
    // Who asked for the end has sent all, or so it said: what it does send must not reset it.
    if (head.keepAlive || sendsMore()) linger();
    return Next::end;
}

// Whether there is something to be received at once.
bool Connection::sendsMore() {
    return guest_.channel->receive(buffer_.get(), capacity_, size_, Channel::Wait::no) ==
           Wire::Got::bytes;
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

Delivery Connection::deliveryFor(const Head& head, bool keepAlive) const noexcept {
    return {head.method != "HEAD", keepAlive, head.minor, settings_.tls.any()};
}

bool Connection::send(const Response& response, const Delivery& delivery) {
    out_.clear();
    writeResponse(out_, response, delivery, responder_.site().clock.now());
    return wire_.send(out_);
}

// Answers what cannot be read. Where the next request would begin is not known: the connection
// ends.
void Connection::refuse(const Fault& fault) {
    Response response = problem(fault.status, fault.detail);
    responder_.site().requests.note(nullptr, fault.status, {});
    if (fault.retryAfter > 0) response.addField("Retry-After", std::to_string(fault.retryAfter));
    if (send(response, {true, false, 1})) linger();
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
bool Connection::givesWay() {
    return guest_.served % settings_.fairShare == 0 && connections_.crowded();
}

}  // namespace errand::http
