// SPDX-License-Identifier: Apache-2.0
#include "consumer.h"

#include <Poco/Logger.h>

#include <algorithm>

#include "wire_error.h"

namespace errand::transport_amqp {

namespace {

// The channel on which queues are looked at; each subscription has one of its own behind it.
constexpr int lookChannel = 1;
constexpr int firstChannel = 2;

// A queue that cannot be had is tried again; it may be another's still, whose end the broker has
// not noticed.
constexpr std::chrono::seconds tryAgain{1};
constexpr std::chrono::seconds complaintInterval{60};

// How often each queue is looked at: a consumer can be gone or deaf without a word from the broker.
constexpr std::chrono::seconds lookInterval{10};

Poco::Logger& logger() {
    static Poco::Logger& amqp = Poco::Logger::get("amqp");
    return amqp;
}

Session::QueueShape shapeOf(const Queue& queue) {
    return {queue.name,       queue.durable, queue.exclusive,
            queue.autoDelete, queue.expires, queue.quorum};
}

}  // namespace

int Consumer::consume(Queue queue, Receiver& receiver) {
    int number = 0;
    {
        const base::MutexLock lock(mutex_);
        number = count_++;
        Subscription& subscription = fresh_.emplace_back();
        subscription.queue = std::move(queue);
        subscription.receiver = &receiver;
        subscription.number = number;
        subscription.channel = firstChannel + number;
    }
    link_.wake();
    return number;
}

bool Consumer::waitServing(int number, base::SteadyTime deadline) {
    const base::MutexLock lock(mutex_);
    while (!serving_.contains(number) && changed_.waitUntil(mutex_, deadline)) continue;
    return serving_.contains(number);
}

void Consumer::noteServing(int number, bool serving) {
    const base::MutexLock lock(mutex_);
    if (serving) {
        serving_.insert(number);
        changed_.notifyAll();
    } else {
        serving_.erase(number);
    }
}

void Consumer::setPrefetch(int number, int prefetch) {
    {
        const base::MutexLock lock(mutex_);
        prefetches_[number] = prefetch;
    }
    link_.wake();
}

void Consumer::stop(int number) {
    {
        const base::MutexLock lock(mutex_);
        stopped_.insert(number);
    }
    link_.wake();
}

void Consumer::acknowledge(const Ticket& ticket) {
    {
        const base::MutexLock lock(mutex_);
        acknowledged_.push_back(ticket);
    }
    link_.wake();
}

void Consumer::reject(const Ticket& ticket, bool requeue) {
    {
        const base::MutexLock lock(mutex_);
        rejected_.push_back({ticket, requeue});
    }
    link_.wake();
}

// The link works once more before it ends: what is given by now gets out.
void Consumer::close(base::SteadyTime deadline) noexcept {
    link_.wake();
    {
        const base::MutexLock lock(mutex_);
        while (link_.connected() && !(acknowledged_.empty() && rejected_.empty()) &&
               changed_.waitUntil(mutex_, deadline)) {
            continue;
        }
    }
    link_.close();
}

void Consumer::opened(Session& session) {
    session.openChannel(lookChannel);
    nextLook_ = base::Clock::system().steady() + lookInterval;
    for (Subscription& each : subscriptions_) each.retryAt = {};
}

void Consumer::closed() noexcept {
    for (Subscription& each : subscriptions_) noteClosed(each);
}

// Its channel is no more, and no ticket of it counts.
void Consumer::noteClosed(Subscription& subscription) {
    subscription.opening = 0;
    subscription.tag.clear();
    subscription.acknowledgements.clear();
    noteServing(subscription.number, false);
}

Subscription* Consumer::onChannel(int channel) {
    const auto number = static_cast<std::size_t>(channel - firstChannel);
    if (channel < firstChannel || number >= subscriptions_.size()) return nullptr;
    return &subscriptions_[number];
}

Subscription* Consumer::holderOf(const Ticket& ticket) {
    Subscription* subscription = onChannel(ticket.channel);
    const bool holds = subscription && subscription->opening == ticket.opening;
    return holds && ticket.opening > 0 ? subscription : nullptr;
}

// So many of those that had waited are no longer there.
void Consumer::drain(Subscription& subscription, std::uint32_t delivered) {
    if (!subscription.draining) return;
    subscription.toDrain -= std::min(subscription.toDrain, delivered);
    if (subscription.toDrain > 0) return;
    subscription.draining = false;
    subscription.receiver->drained();
}

void Consumer::heard(Session& session, Event event) {
    Subscription* subscription = onChannel(event.channel);
    switch (event.kind) {
        case Event::Kind::delivered: {
            if (!subscription || subscription->opening == 0) return;
            subscription->heard = true;
            subscription->acknowledgements.delivered(event.tag);
            subscription->receiver->delivered({std::move(event.message),
                                               {subscription->opening, event.channel, event.tag},
                                               event.redelivered,
                                               subscription->toDrain > 0});
            drain(*subscription, 1);
            return;
        }
        case Event::Kind::consumerCancelled:
            if (subscription) renew(session, *subscription, "the broker has cancelled it");
            return;
        case Event::Kind::channelClosed:
            if (!subscription) {
                throw WireError(WireError::Kind::connection, event.code, event.text);
            }
            logger().warning(subscription->queue.name + ": " + event.text);
            noteClosed(*subscription);
            return;
        case Event::Kind::returned:
        case Event::Kind::confirmed:
        case Event::Kind::refused:
        case Event::Kind::blocked:
        case Event::Kind::unblocked:
            return;
    }
}

base::SteadyTime Consumer::work(Session& session, base::SteadyTime now) {
    std::map<int, int> prefetches;
    std::set<int> stopped;
    {
        const base::MutexLock lock(mutex_);
        while (!fresh_.empty()) {
            subscriptions_.push_back(std::move(fresh_.front()));
            fresh_.pop_front();
        }
        prefetches.swap(prefetches_);
        stopped = stopped_;
    }
    acknowledgeAll(session);
    const bool look = nextLook_ <= now;
    if (look) nextLook_ = now + lookInterval;
    base::SteadyTime next = nextLook_;
    for (Subscription& each : subscriptions_) {
        const auto wanted = prefetches.find(each.number);
        if (wanted != prefetches.end()) {
            each.queue.prefetch = wanted->second;
            each.again = !each.tag.empty();
        }
        each.stopped = stopped.contains(each.number);
        attend(session, each, now);
        if (look && !each.tag.empty()) lookAt(session, each);
        if (each.tag.empty() && !each.stopped) next = std::min(next, each.retryAt);
    }
    return next;
}

void Consumer::acknowledgeAll(Session& session) {
    std::vector<Ticket> acknowledged;
    std::vector<Rejected> rejected;
    {
        const base::MutexLock lock(mutex_);
        acknowledged.swap(acknowledged_);
        rejected.swap(rejected_);
        changed_.notifyAll();
    }
    for (const Ticket& ticket : acknowledged) {
        Subscription* subscription = holderOf(ticket);
        if (subscription) subscription->acknowledgements.add(ticket.tag);
    }
    session.cork(true);
    for (Subscription& each : subscriptions_) each.acknowledgements.send(session, each.channel);
    session.cork(false);
    for (const Rejected& each : rejected) {
        Subscription* subscription = holderOf(each.ticket);
        if (!subscription) continue;
        session.reject(each.ticket.channel, each.ticket.tag, each.requeue);
        subscription->acknowledgements.settled(each.ticket.tag);
    }
}

// Brings one subscription to where it should be. Trouble with its channel is its own.
void Consumer::attend(Session& session, Subscription& subscription, base::SteadyTime now) {
    try {
        adjust(session, subscription, now);
    } catch (const WireError& error) {
        if (error.kind() == WireError::Kind::connection) throw;
        noteClosed(subscription);
        subscription.retryAt = now + tryAgain;
        if (now - subscription.complainedAt < complaintInterval) return;
        subscription.complainedAt = now;
        logger().warning(subscription.queue.name + ": " + error.what());
    }
}

void Consumer::adjust(Session& session, Subscription& subscription, base::SteadyTime now) {
    const bool receives = !subscription.tag.empty();
    if (receives && (subscription.stopped || subscription.again)) {
        session.cancelConsumer(subscription.channel, subscription.tag);
        subscription.tag.clear();
    }
    const bool again = subscription.again;
    subscription.again = false;
    if (subscription.stopped) return;
    if (again && receives) {
        // On the same channel, where what is unacknowledged stays.
        session.setPrefetch(subscription.channel, subscription.queue.prefetch);
        subscription.tag = session.consume(subscription.channel, subscription.queue.name,
                                           subscription.queue.exclusiveConsumer);
    } else if (!receives && subscription.retryAt <= now) {
        subscribe(session, subscription);
    }
}

void Consumer::subscribe(Session& session, Subscription& subscription) {
    const Queue& queue = subscription.queue;
    const int channel = subscription.channel;
    session.openChannel(channel);
    subscription.opening = ++openings_;
    session.declareExchange(channel, queue.exchange);
    const Session::QueueState state = declare(session, subscription);
    for (const std::string& key : queue.bindings) {
        session.bindQueue(channel, queue.name, queue.exchange, key);
    }
    session.setPrefetch(channel, queue.prefetch);
    subscription.toDrain = state.messages;
    subscription.draining = true;
    subscription.acknowledgements.clear();
    subscription.tag = session.consume(channel, queue.name, queue.exclusiveConsumer);
    drain(subscription, 0);
    noteServing(subscription.number, true);
}

// A queue that was made otherwise does as well, where it can be used at all.
Session::QueueState Consumer::declare(Session& session, Subscription& subscription) {
    try {
        return session.declareQueue(subscription.channel, shapeOf(subscription.queue));
    } catch (const WireError& error) {
        if (error.code() != AMQP_PRECONDITION_FAILED) throw;
        if (!subscription.warned) logger().warning(subscription.queue.name + ": " + error.what());
        subscription.warned = true;
        session.openChannel(subscription.channel);
        return session.lookAtQueue(subscription.channel, subscription.queue.name);
    }
}

void Consumer::lookAt(Session& session, Subscription& subscription) {
    const bool heard = subscription.heard;
    subscription.heard = false;
    try {
        const auto state = session.lookAtQueue(lookChannel, subscription.queue.name);
        const auto most = static_cast<std::uint64_t>(subscription.queue.prefetch);
        const bool free = most == 0 || subscription.acknowledgements.open() < most;
        // Of those that had waited some have gone otherwise: expired, or purged.
        if (state.messages == 0 && !heard) drain(subscription, subscription.toDrain);
        if (state.consumers == 0) {
            renew(session, subscription, "nobody receives from it");
        } else if (state.messages > 0 && free && !heard) {
            renew(session, subscription, "it is silent though messages wait");
        }
    } catch (const WireError& error) {
        if (error.kind() == WireError::Kind::connection) throw;
        session.openChannel(lookChannel);
        if (error.code() == AMQP_NOT_FOUND) renew(session, subscription, "it is not there");
    }
}

void Consumer::renew(Session& session, Subscription& subscription, const char* why) {
    logger().warning(subscription.queue.name + " is received from anew: " + why);
    session.closeChannel(subscription.channel);
    noteClosed(subscription);
    subscription.retryAt = {};
}

}  // namespace errand::transport_amqp
