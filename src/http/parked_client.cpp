// SPDX-License-Identifier: Apache-2.0
#include "http/parked_client.h"

#include <utility>

namespace errand::http {
namespace {

// Room beyond is given back once it is empty: ten thousand streams are silent most of the time.
constexpr std::size_t keptBytes = 1024;
// What is so much goes out at once: a thousand streams of one long job must not hold it a thousand
// times. And what has been sent is dropped from the front of what has not when it is as much.
constexpr std::size_t movedBytes = 65536;

}  // namespace

ParkedClient::ParkedClient(std::uint64_t token, std::unique_ptr<Channel> channel, Delivery delivery,
                           std::function<bool()> mayStay, const Settings& settings,
                           base::PollSet& set, Outbox& outbox)
    : token_(token),
      delivery_(std::move(delivery)),
      mayStay_(std::move(mayStay)),
      settings_(settings),
      set_(set),
      outbox_(outbox),
      channel_(std::move(channel)) {
    if (set_.add(channel_->descriptor(), token_, polled_)) return;
    breakOff();
}

ParkedClient::~ParkedClient() {
    // Closing with bytes unread would reset the connection, and could take the answer with it.
    if (told_) channel_->discard();
    set_.remove(channel_->descriptor());
    outbox_.unsent -= unsent();
}

void ParkedClient::enter() {
    if (entered_) return;
    entered_ = true;
    outbox_.unflushed.push_back(token_);
}

void ParkedClient::append(std::string_view bytes, base::SteadyTime now) {
    if (finished_ || broken_) return;
    if (isFull()) flush(now);
    if (isFull()) return breakOff();
    if (unsent() == 0) movedAt_ = now;
    appendedAt_ = now;
    out_.append(bytes);
    outbox_.unsent += bytes.size();
    if (unsent() >= movedBytes) flush(now);
    enter();
}

// One who has taken all may always be sent something, however long.
bool ParkedClient::isFull() const noexcept {
    if (unsent() == 0) return false;
    return unsent() > settings_.maxUnsent || outbox_.unsent > settings_.maxUnsentInAll;
}

void ParkedClient::finish(base::SteadyTime now) {
    if (unsent() == 0) movedAt_ = now;
    finished_ = true;
    enter();
}

void ParkedClient::heard(const base::PollSet::Event& event, base::SteadyTime now) {
    const bool more = !event.readable || channel_->discard();
    if (event.gone || !more || (event.ended && told_)) return breakOff();
    if (event.ended) {
        ended_ = true;
        finish(now);
    }
    enter();
}

void ParkedClient::flush(base::SteadyTime now) {
    entered_ = false;
    if (broken_) return;
    if (unsent() > 0) {
        const auto taken = channel_->send(std::string_view(out_).substr(sent_), Channel::Wait::no);
        if (!taken) {
            broken_ = true;
            return;
        }
        if (*taken > 0) movedAt_ = now;
        sent_ += *taken;
        outbox_.unsent -= *taken;
    }
    if (unsent() == 0) {
        out_.clear();
        sent_ = 0;
        if (out_.capacity() > keptBytes) out_.shrink_to_fit();
    } else if (sent_ >= movedBytes) {
        out_.erase(0, sent_);
        sent_ = 0;
    }
    if (unsent() > 0)
        return pollFor(ended_ ? base::PollSet::For::roomAlone : base::PollSet::For::room);
    if (!finished_) return pollFor(base::PollSet::For::end);
    if (!told_) channel_->finishSending();
    told_ = true;
    // Where the client has ended too, nobody waits for anything.
    broken_ = ended_;
    pollFor(base::PollSet::For::bytes);
}

void ParkedClient::breakOff() {
    broken_ = true;
    enter();
}

void ParkedClient::checkTime(base::SteadyTime now) {
    if (unsent() > 0 && now - movedAt_ >= settings_.stall) breakOff();
    if (told_ && now - movedAt_ >= settings_.linger) breakOff();
}

void ParkedClient::pollFor(base::PollSet::For what) noexcept {
    if (what == polled_) return;
    polled_ = what;
    set_.change(channel_->descriptor(), token_, what);
}

}  // namespace errand::http
