// SPDX-License-Identifier: Apache-2.0
// Publisher sends messages over a connection of its own and tells of each how it fared. Many are
// under way at a time: nobody waits for the confirm of another's message.
//
// Threads: publish and the questions may be called from any thread; open and close belong to the
//          owner's. Outcomes are told on the publisher's thread, or in publish for one that is not
//          sent at all.
// Owns: its link, the messages, and the confirms until they have been told.
// Errors: none; outcomes are values.
#pragma once

#include <deque>
#include <memory>

#include "link.h"
#include "message.h"

namespace errand::transport_amqp {

// How a message fared.
enum class Published {
    confirmed,   // the broker has it, on disk where it is persistent
    unroutable,  // it was mandatory, and nobody is bound by its key
    refused,     // the broker could not take it now
    tooLarge,    // neither now nor later: more than AMQP or this broker carries
    lost         // no connection, or it went before the confirm: the broker may have it
};

// Hears the outcome of one message, once. Must not block.
class Confirm {
public:
    virtual ~Confirm() = default;
    virtual void published(Published outcome) noexcept = 0;
};

class Publisher : private Link::User {
public:
    // `exchange` is made where it is missing.
    Publisher(const LinkSettings& settings, std::string exchange, Link::Listener& listener);

    void open() { link_.open(); }

    // Never blocks. `confirm` may be null. What AMQP cannot carry is too large, and under a key
    // that it does not know nobody is bound.
    void publish(Message message, bool mandatory, std::unique_ptr<Confirm> confirm);

    // The broker takes no messages now: they wait here.
    bool blocked() const noexcept { return blocked_.load(); }

    bool connected() const noexcept { return link_.connected(); }
    std::string trouble() const { return link_.trouble(); }
    void waitFirst(base::SteadyTime deadline) { link_.waitFirst(deadline); }

    // Waits until all that was given has its outcome, at most until the deadline; what has none is
    // lost then. May be called twice.
    void close(base::SteadyTime deadline) noexcept;

private:
    struct Waiting {
        Message message;
        bool mandatory = false;
        std::unique_ptr<Confirm> confirm;
    };
    struct Unconfirmed {
        std::size_t hash = 0;   // finds a returned message again; 0: it cannot return
        std::size_t bytes = 0;  // of the body
        bool done = false;
        bool returned = false;
        std::unique_ptr<Confirm> confirm;
    };

    void opened(Session& session) override;
    void heard(Session& session, Event event) override;
    base::SteadyTime work(Session& session, base::SteadyTime now) override;
    void closed() noexcept override;

    // What becomes of a message at once, for what is in it; nullopt: it can be sent.
    bool take(Message& message, bool mandatory, std::unique_ptr<Confirm>& confirm);
    std::optional<Published> notSent(const Message& message) const;
    Published unsent(std::size_t bytes) const;
    void learnLimit(const std::string& text);
    void returned(const Message& message);
    void settle(const Event& event, Published outcome);
    static void tell(Unconfirmed& unconfirmed, Published outcome);

    // Set in the constructor, then constant.
    const std::string exchange_;

    // The link's thread's own: those sent and not settled, whose tags follow each other.
    std::deque<Unconfirmed> unconfirmed_;
    std::uint64_t firstTag_ = 1;
    bool limitIsNew_ = false;  // the last connection ended by it

    // Written by the link's thread, read by any.
    std::atomic<bool> blocked_{false};
    std::atomic<std::size_t> frameBytes_{0};  // the broker's most; 0: there was no connection yet
    std::atomic<std::size_t> bodyBytes_;      // likewise of a body, as far as it has said so

    base::Mutex mutex_;
    base::Condition settled_;
    std::deque<Waiting> waiting_ GUARDED_BY(mutex_);
    std::size_t open_ GUARDED_BY(mutex_) = 0;  // given, without an outcome
    bool up_ GUARDED_BY(mutex_) = false;       // else nothing is taken

    Link link_;  // the last: its thread uses all the others
};

}  // namespace errand::transport_amqp
