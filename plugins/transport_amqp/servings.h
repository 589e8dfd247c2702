// SPDX-License-Identifier: Apache-2.0
// Servings are the requests this process has taken and not acknowledged: it reads them, has them
// run by the host, replies, and acknowledges once the reply is confirmed.
//
// Threads: delivered comes on the consumer's thread, what Serving hears on the host's, outcomes on
//          the publisher's, tick on the clock's; serve, stopTaking and waitUntil belong to the
//          transport's owner.
// Owns: the Servings and their queues; borrows the rest, which outlives it.
// Errors: none; a request that cannot be read is answered so.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <set>
#include <unordered_map>

#include "base/mutex.h"
#include "calls.h"
#include "consumer.h"
#include "pace.h"
#include "publisher.h"
#include "rpc/host.h"
#include "rpc/service.h"
#include "serving.h"

namespace errand::transport_amqp {

// A service's queue.
struct ServedQueue final : Receiver {
    ServedQueue(Servings& servings, rpc::Service& itsService, int prefetch)
        : owner(servings), service(itsService), pace(itsService.workers(), prefetch) {}
    void delivered(Delivery delivery) noexcept override;

    Servings& owner;
    rpc::Service& service;
    Pace pace;
    int number = -1;
};

class Servings {
public:
    struct Names {
        std::string exchange;
        std::string address;  // where this process has its own replies sent
        std::string boot;
        bool quorum = false;
        int prefetch = 0;
        int maxCrashes = 3;
    };
    Servings(Publisher& publisher, Consumer& consumer, Calls& calls, rpc::Host& host, Names names);

    // Returns when the service's queue is bound, where the broker is there.
    void serve(rpc::Service& service, base::SteadyTime deadline);

    // The end of a call is wanted; its owner answers for one that came again.
    void cancelled(const Message& message);
    void answered(const Message& message);

    // The publisher is connected again: owners hear what still runs. The consumer no longer is:
    // what waits comes again.
    void connected();
    void disconnected();

    base::SteadyTime tick(base::SteadyTime now);

    // For the close: no more requests; then, when the host has closed, the replies are out.
    void stopTaking();
    void waitUntil(base::SteadyTime deadline);

private:
    friend struct Serving;
    friend struct ServedQueue;
    class Outcome;
    enum class About { ask, repost, report, progress, reply };
    using Owned = std::unique_ptr<Serving>;

    void arrived(ServedQueue& queue, Delivery delivery);
    bool join(const Serving& serving);
    bool refused(Serving& serving, const Message& message);
    void repost(Owned serving, Message message);
    Serving& keep(Owned serving, Serving::Phase phase);
    void run(Serving& serving, rpc::Call call);
    void ask(Serving& serving);
    void sayAbsent(const Message& question);
    void begun(Serving& serving);
    void progressed(Serving& serving, const rpc::Progress& progress);
    void ended(Serving& serving, rpc::End end);
    void storeLater(Serving& serving);
    bool isCancelled(const Serving& serving);
    void reply(Serving& serving, const rpc::Reply& answer);
    void published(std::uint64_t serial, About about, Published outcome);

    // A message about a serving, to be published once the lock is free.
    struct Post {
        std::uint64_t serial = 0;
        About about = About::reply;
        bool mandatory = false;
        Message message;
    };
    void publish(Post post);
    Message word(const std::string& address, const char* type, const rpc::CallId& id) const;
    Post askPost(const Serving& serving) const;
    Post repostPost(const Serving& serving) const;
    Post reportPost(const Serving& serving) const;
    Post replyPost(const Serving& serving) const;
    Post progressPost(const Serving& serving, const rpc::Progress& progress) const;
    Serving* find(std::uint64_t serial) REQUIRES(mutex_);
    Serving* findKey(const Message& message) REQUIRES(mutex_);
    void setDue(Serving& serving, std::optional<base::SteadyTime> at) REQUIRES(mutex_);
    bool isMissed(Serving& serving, Published outcome) REQUIRES(mutex_);
    void reposted(Serving& serving, Published outcome) REQUIRES(mutex_);
    void replied(Serving& serving, Published outcome) REQUIRES(mutex_);
    Owned release(Serving& serving) REQUIRES(mutex_);
    void acknowledge(const Owned& serving);

    // Set in the constructor, then constant.
    Publisher& publisher_;
    Consumer& consumer_;
    Calls& calls_;
    rpc::Host& host_;
    const Names names_;

    // The owner's thread's own; a deque, so that they do not move.
    std::deque<ServedQueue> queues_;

    base::Mutex mutex_;
    base::Condition changed_;
    std::unordered_map<std::uint64_t, Owned> servings_ GUARDED_BY(mutex_);
    std::unordered_map<std::string, std::uint64_t> byKey_ GUARDED_BY(mutex_);
    std::set<std::pair<base::SteadyTime, std::uint64_t>> due_ GUARDED_BY(mutex_);
    std::uint64_t lastSerial_ GUARDED_BY(mutex_) = 0;
    std::atomic<bool> closing_{false};  // set by the owner, read by the host's threads
};

}  // namespace errand::transport_amqp
