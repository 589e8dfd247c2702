// SPDX-License-Identifier: Apache-2.0
// Subscription is one queue that a Consumer receives from, and the state of that.
//
// Threads: the consumer's link's.
// Owns: n/a (plain data); borrows the receiver.
// Errors: Acknowledgements throw WireError.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "message.h"
#include "session.h"

namespace errand::transport_amqp {

// A queue, and how it is received from.
struct Queue {
    std::string name;
    bool durable = true;
    bool exclusive = false;
    bool autoDelete = false;
    std::chrono::milliseconds expires{0};  // unused for so long it goes; 0: it stays
    bool quorum = false;
    std::string exchange;               // made where it is missing
    std::vector<std::string> bindings;  // the routing keys it receives
    bool exclusiveConsumer = false;     // nobody else may receive from it
    int prefetch = 0;                   // most unacknowledged; 0: any number
};

// What a delivery is acknowledged with.
struct Ticket {
    std::uint64_t opening = 0;  // the number of the channel's opening that it came over
    int channel = 0;
    std::uint64_t tag = 0;
};

struct Delivery {
    Message message;
    Ticket ticket;
    bool redelivered = false;
    bool waited = false;  // it was in the queue before this process received from it
};

class Receiver {
public:
    virtual ~Receiver() = default;
    virtual void delivered(Delivery delivery) noexcept = 0;
    // After each connect, once what had waited in the queue has been delivered.
    virtual void drained() noexcept {}
};

// The deliveries of a channel that are acknowledged, and how that is said in the fewest words: all
// up to a tag at once where none before it is open.
class Acknowledgements {
public:
    void clear() noexcept;
    void delivered(std::uint64_t tag) noexcept { last_ = tag; }
    void add(std::uint64_t tag);
    void send(Session& session, int channel);
    // It was answered otherwise.
    void settled(std::uint64_t tag) { said_.insert(tag); }

    std::uint64_t open() const noexcept { return last_ + 1 - next_ - said_.size(); }

private:
    std::uint64_t last_ = 0;  // the newest delivery
    std::uint64_t next_ = 1;  // the oldest that is open
    std::vector<std::uint64_t> fresh_;
    std::set<std::uint64_t> said_;  // acknowledged by themselves, newer than next_
};

struct Subscription {
    Queue queue;
    Receiver* receiver = nullptr;
    int number = 0;
    int channel = 0;

    std::uint64_t opening = 0;  // the number of the channel's; 0: it is not open
    std::string tag;            // of the consumer; empty: it does not receive
    bool stopped = false;
    bool again = false;          // with another prefetch
    bool warned = false;         // of other arguments
    base::SteadyTime retryAt{};  // not before this it is tried again
    base::SteadyTime complainedAt{};
    std::uint32_t toDrain = 0;  // messages that waited when it began to receive
    bool draining = false;
    bool heard = false;  // something was delivered since the last look
    Acknowledgements acknowledgements;
};

}  // namespace errand::transport_amqp
