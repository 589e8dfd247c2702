// SPDX-License-Identifier: Apache-2.0
// ParkedClient is the connection of one client that waits without a thread: what it is still to be
// sent, and whether it takes it.
//
// Threads: the streams' alone.
// Owns: its channel, which is closed with it, and what has not been sent. The set and the outbox
//       outlive it.
// Errors: outcomes are values: a connection that breaks is one that is `broken`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/poll_set.h"
#include "http/channel.h"
#include "http/response.h"
#include "http/settings.h"

namespace errand::http {

// What the clients of one thread share.
struct Outbox {
    std::vector<std::uint64_t> unflushed;  // the tokens of those with something to send, or broken
    std::size_t unsent = 0;                // bytes of all
};

class ParkedClient {
public:
    ParkedClient(std::uint64_t token, std::unique_ptr<Channel> channel, Delivery delivery,
                 std::function<bool()> mayStay, const Settings& settings, base::PollSet& set,
                 Outbox& outbox);
    ~ParkedClient();
    ParkedClient(const ParkedClient&) = delete;
    ParkedClient& operator=(const ParkedClient&) = delete;

    std::uint64_t token() const noexcept { return token_; }
    const Delivery& delivery() const noexcept { return delivery_; }

    // Whether what let it wait still holds.
    bool mayStay() const { return !mayStay_ || mayStay_(); }

    // To be sent. A client that has let too much lie is broken by it.
    void append(std::string_view bytes, base::SteadyTime now);

    // Nothing more follows: once all is sent the client is told so, and has a moment to close.
    void finish(base::SteadyTime now);
    bool finished() const noexcept { return finished_; }

    // What the set says of its socket. Once the client has ended nothing is appended any more; what
    // has been is sent, for it may still read.
    void heard(const base::PollSet::Event& event, base::SteadyTime now);

    // Sends what the system takes.
    void flush(base::SteadyTime now);

    std::size_t unsent() const noexcept { return out_.size() - sent_; }

    // Whether nothing was appended for that long.
    bool silentFor(base::SteadyTime now, std::chrono::milliseconds time) const noexcept {
        return now - appendedAt_ >= time;
    }

    // There is no use in it any more: it has gone, was too slow, or had its moment to close.
    bool broken() const noexcept { return broken_; }
    void checkTime(base::SteadyTime now);

private:
    bool isFull() const noexcept;
    void enter();
    void breakOff();
    void pollFor(base::PollSet::For what) noexcept;

    // Set in the constructor, then constant.
    const std::uint64_t token_;
    const Delivery delivery_;
    const std::function<bool()> mayStay_;
    const Settings& settings_;
    base::PollSet& set_;
    Outbox& outbox_;

    const std::unique_ptr<Channel> channel_;
    base::PollSet::For polled_ = base::PollSet::For::end;
    std::string out_;
    std::size_t sent_ = 0;        // of out_
    base::SteadyTime movedAt_{};  // when it last took something or had nothing to take
    base::SteadyTime appendedAt_{};
    bool entered_ = false;
    bool finished_ = false;
    bool told_ = false;   // that nothing follows
    bool ended_ = false;  // it sends no more
    bool broken_ = false;
};

}  // namespace errand::http
