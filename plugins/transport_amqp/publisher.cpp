// SPDX-License-Identifier: Apache-2.0
#include "publisher.h"

#include <Poco/Logger.h>

#include <cstdlib>
#include <functional>
#include <limits>

#include "carriage.h"
#include "wire_error.h"

namespace errand::transport_amqp {

namespace {

constexpr int channel = 1;

// So many at a time, so that what the broker says meanwhile is heard too.
constexpr std::size_t batch = 256;

// RabbitMQ has a most of its own for a body (128 MiB unless configured), names it only when it
// closes the channel over a larger one, and tells no other error of publishing by these words.
constexpr std::string_view limitWords = "configured max size ";
constexpr std::size_t noLimit = std::numeric_limits<std::size_t>::max();

// A message comes back with all it went out with: the oldest of those that look so is the one.
std::size_t hashOf(const Message& message) {
    const std::hash<std::string> hash;
    std::size_t value = hash(message.routingKey);
    value = value * 31 + hash(message.correlationId.value_or(""));
    value = value * 31 + hash(message.type.value_or(""));
    return value == 0 ? 1 : value;
}

}  // namespace

Publisher::Publisher(const LinkSettings& settings, std::string exchange, Link::Listener& listener)
    : exchange_(std::move(exchange)), bodyBytes_(noLimit), link_(settings, *this, listener) {}

void Publisher::publish(Message message, bool mandatory, std::unique_ptr<Confirm> confirm) {
    std::optional<Published> instead = notSent(message);
    if (!instead && !take(message, mandatory, confirm)) instead = Published::lost;
    if (!instead) return link_.wake();
    if (confirm) confirm->published(*instead);
}

bool Publisher::take(Message& message, bool mandatory, std::unique_ptr<Confirm>& confirm) {
    const base::MutexLock lock(mutex_);
    if (!up_) return false;
    waiting_.push_back({std::move(message), mandatory, std::move(confirm)});
    ++open_;
    return true;
}

std::optional<Published> Publisher::notSent(const Message& message) const {
    const std::size_t frameBytes = frameBytes_.load();
    if (frameBytes == 0) return Published::lost;
    if (!isShort(message.routingKey)) return Published::unroutable;
    const bool fits = message.body.size() <= bodyBytes_.load() && fitsOneFrame(message, frameBytes);
    return fits ? std::nullopt : std::optional(Published::tooLarge);
}

// What becomes of a message that the connection's end has caught.
Published Publisher::unsent(std::size_t bytes) const {
    return bytes > bodyBytes_.load() ? Published::tooLarge : Published::lost;
}

// Else the same message would cost each new connection.
void Publisher::learnLimit(const std::string& text) {
    const std::size_t at = text.find(limitWords);
    if (at == std::string::npos) return;
    const auto limit = std::strtoull(text.c_str() + at + limitWords.size(), nullptr, 10);
    if (limit == 0) return;
    bodyBytes_.store(limit);
    limitIsNew_ = true;
}

void Publisher::opened(Session& session) {
    session.openChannel(channel);
    try {
        session.declareExchange(channel, exchange_);
    } catch (const WireError& error) {
        if (error.code() != AMQP_PRECONDITION_FAILED) throw;
        session.openChannel(channel);  // it is there, made otherwise: it will do
    }
    session.selectConfirms(channel);
    frameBytes_.store(session.frameBytes());
    // A broker that was away may have been configured anew.
    if (!limitIsNew_) bodyBytes_.store(noLimit);
    limitIsNew_ = false;
    firstTag_ = 1;
    blocked_.store(false);
    const base::MutexLock lock(mutex_);
    up_ = true;
}

base::SteadyTime Publisher::work(Session& session, base::SteadyTime now) {
    if (blocked_.load()) return base::SteadyTime::max();
    std::deque<Waiting> toSend;
    bool more = false;
    {
        const base::MutexLock lock(mutex_);
        if (waiting_.size() <= batch) {
            toSend.swap(waiting_);
        } else {
            for (std::size_t i = 0; i < batch; ++i) {
                toSend.push_back(std::move(waiting_.front()));
                waiting_.pop_front();
            }
            more = true;
        }
    }
    // Those not sent when the connection breaks are unconfirmed as well.
    for (Waiting& each : toSend) {
        unconfirmed_.push_back({each.mandatory ? hashOf(each.message) : 0, each.message.body.size(),
                                false, false, std::move(each.confirm)});
    }
    session.cork(true);
    for (const Waiting& each : toSend) session.publish(channel, each.message, each.mandatory);
    session.cork(false);
    return more ? now : base::SteadyTime::max();
}

void Publisher::heard(Session&, Event event) {
    switch (event.kind) {
        case Event::Kind::returned:
            returned(event.message);
            return;
        case Event::Kind::confirmed:
            settle(event, Published::confirmed);
            return;
        case Event::Kind::refused:
            settle(event, Published::refused);
            return;
        case Event::Kind::blocked:
        case Event::Kind::unblocked:
            blocked_.store(event.kind == Event::Kind::blocked);
            Poco::Logger::get("amqp").warning(
                blocked_.load() ? "the broker takes no messages for now (connection.blocked)"
                                : "the broker takes messages again");
            return;
        case Event::Kind::channelClosed:
            // An exchange that has gone, mostly: all is declared again at the next connection.
            learnLimit(event.text);
            throw WireError(WireError::Kind::connection, event.code, event.text);
        case Event::Kind::delivered:
        case Event::Kind::consumerCancelled:
            return;
    }
}

// Comes before the confirm of the same message.
void Publisher::returned(const Message& message) {
    const std::size_t hash = hashOf(message);
    for (Unconfirmed& each : unconfirmed_) {
        if (each.hash != hash || each.returned || each.done) continue;
        each.returned = true;
        return;
    }
}

void Publisher::settle(const Event& event, Published outcome) {
    if (event.tag < firstTag_) return;
    const std::uint64_t last = event.tag - firstTag_;
    std::uint64_t at = event.multiple ? 0 : last;
    for (; at <= last && at < unconfirmed_.size(); ++at) tell(unconfirmed_[at], outcome);
    std::size_t told = 0;
    while (!unconfirmed_.empty() && unconfirmed_.front().done) {
        unconfirmed_.pop_front();
        ++firstTag_;
        ++told;
    }
    const base::MutexLock lock(mutex_);
    open_ -= told;
    if (open_ == 0) settled_.notifyAll();
}

void Publisher::tell(Unconfirmed& unconfirmed, Published outcome) {
    if (unconfirmed.done) return;
    unconfirmed.done = true;
    const bool unroutable = outcome == Published::confirmed && unconfirmed.returned;
    if (unconfirmed.confirm) {
        unconfirmed.confirm->published(unroutable ? Published::unroutable : outcome);
        unconfirmed.confirm.reset();
    }
}

void Publisher::closed() noexcept {
    std::deque<Waiting> rest;
    {
        const base::MutexLock lock(mutex_);
        up_ = false;
        rest.swap(waiting_);
        open_ = 0;
        settled_.notifyAll();
    }
    blocked_.store(false);
    std::deque<Unconfirmed> unconfirmed;
    unconfirmed.swap(unconfirmed_);
    for (Unconfirmed& each : unconfirmed) tell(each, unsent(each.bytes));
    for (Waiting& each : rest) {
        if (each.confirm) each.confirm->published(unsent(each.message.body.size()));
    }
}

void Publisher::close(base::SteadyTime deadline) noexcept {
    {
        const base::MutexLock lock(mutex_);
        while (up_ && open_ > 0 && settled_.waitUntil(mutex_, deadline)) continue;
    }
    link_.close();
}

}  // namespace errand::transport_amqp
