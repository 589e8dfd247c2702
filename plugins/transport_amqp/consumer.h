// SPDX-License-Identifier: Apache-2.0
// Consumer receives messages from queues over a connection of its own. It makes the queues, and
// makes them again whenever they or the connection have gone.
//
// Threads: consume and close belong to the owner's thread, the rest may be called from any.
//          Receivers are called on the consumer's thread.
// Owns: its link and the subscriptions; borrows the receivers, which outlive close().
// Errors: none; trouble with one queue is logged and tried again, and leaves the others alone.
#pragma once

#include <deque>
#include <set>

#include "link.h"
#include "subscription.h"

namespace errand::transport_amqp {

class Consumer : private Link::User {
public:
    Consumer(const LinkSettings& settings, Link::Listener& listener)
        : link_(settings, *this, listener) {}

    void open() { link_.open(); }

    // Receives from the queue, now and after each reconnect. Returns its number.
    int consume(Queue queue, Receiver& receiver);

    // Until messages of the queue can come. False: not by the deadline.
    bool waitServing(int number, base::SteadyTime deadline);

    // Later deliveries go by this.
    void setPrefetch(int number, int prefetch);

    // No more deliveries; what is unacknowledged may still be acknowledged.
    void stop(int number);

    // Cheap. For a message that came before its channel was opened anew: nothing.
    void acknowledge(const Ticket& ticket);
    void reject(const Ticket& ticket, bool requeue);

    bool connected() const noexcept { return link_.connected(); }
    std::string trouble() const { return link_.trouble(); }
    void waitFirst(base::SteadyTime deadline) { link_.waitFirst(deadline); }

    // Sends what was acknowledged until now, and ends. May be called twice.
    void close(base::SteadyTime deadline) noexcept;

private:
    struct Rejected {
        Ticket ticket;
        bool requeue = false;
    };

    void opened(Session& session) override;
    void heard(Session& session, Event event) override;
    base::SteadyTime work(Session& session, base::SteadyTime now) override;
    void closed() noexcept override;

    void acknowledgeAll(Session& session);
    void attend(Session& session, Subscription& subscription, base::SteadyTime now);
    Session::QueueState declare(Session& session, Subscription& subscription);
    void adjust(Session& session, Subscription& subscription, base::SteadyTime now);
    void subscribe(Session& session, Subscription& subscription);
    void lookAt(Session& session, Subscription& subscription);
    void noteClosed(Subscription& subscription);
    void renew(Session& session, Subscription& subscription, const char* why);
    void noteServing(int number, bool serving);
    static void drain(Subscription& subscription, std::uint32_t delivered);
    Subscription* onChannel(int channel);
    Subscription* holderOf(const Ticket& ticket);

    // The link's thread's own.
    std::uint64_t openings_ = 0;  // of channels: a ticket of an older one is void
    base::SteadyTime nextLook_{};
    std::deque<Subscription> subscriptions_;  // by number

    base::Mutex mutex_;
    base::Condition changed_;
    std::deque<Subscription> fresh_ GUARDED_BY(mutex_);  // not seen by the link's thread yet
    std::vector<Ticket> acknowledged_ GUARDED_BY(mutex_);
    std::vector<Rejected> rejected_ GUARDED_BY(mutex_);
    std::map<int, int> prefetches_ GUARDED_BY(mutex_);  // wanted, by number
    std::set<int> stopped_ GUARDED_BY(mutex_);
    std::set<int> serving_ GUARDED_BY(mutex_);
    int count_ GUARDED_BY(mutex_) = 0;

    Link link_;  // the last: its thread uses all the others
};

}  // namespace errand::transport_amqp
