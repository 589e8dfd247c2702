// SPDX-License-Identifier: Apache-2.0
#include "http/streams.h"

#include <algorithm>
#include <utility>

#include <Poco/Exception.h>
#include <Poco/Logger.h>

namespace errand::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Of a wait for nothing but a ring.
constexpr milliseconds longestWait{3'600'000};

// Often enough that what is measured in these times is seen soon after.
milliseconds tickOf(const Settings& settings) {
    return std::max(milliseconds(1),
                    std::min({settings.heartbeat / 15, settings.stall / 15, settings.linger / 4}));
}

}  // namespace

Streams::Streams(const Settings& settings, jobs::Jobs& jobs, const base::Clock& clock)
    : settings_(settings),
      jobs_(jobs),
      tick_(tickOf(settings)),
      news_(set_),
      audience_(jobs, news_, clock),
      feed_(jobs, news_, clock, settings.gathering) {}

void Streams::start() {
    news_.begin(jobs_.watch(news_));
    {
        const base::MutexLock lock(mutex_);
        running_ = true;
    }
    worker_.start([this] { run(); });
}

bool Streams::park(std::unique_ptr<Channel>& channel, Parking& parking, const Delivery& delivery) {
    const base::MutexLock lock(mutex_);
    if (!running_ || count_ >= settings_.maxStreams) return false;
    ++count_;
    if (arrivals_.empty()) set_.wake();
    arrivals_.push_back({std::move(channel), std::move(parking), delivery});
    arrivals_.back().delivery.keepAlive = false;
    return true;
}

void Streams::stop(base::SteadyTime deadline) {
    {
        const base::MutexLock lock(mutex_);
        if (!running_) return;
        running_ = false;
        deadline_ = deadline;
    }
    set_.wake();
    worker_.join();
    jobs_.unwatch(news_);
}

void Streams::run() {
    bool running = true;
    base::SteadyTime deadline{};
    while (running) {
        const auto limit = untilNext(steady_clock::now());
        const auto& events = set_.wait(limit);
        const auto now = steady_clock::now();
        std::vector<Arrival> arrivals;
        {
            const base::MutexLock lock(mutex_);
            arrivals.swap(arrivals_);
            running = running_;
            deadline = deadline_;
        }
        for (Arrival& arrival : arrivals) admit(std::move(arrival), now);
        try {
            turn(events, now);
            if (!running) audience_.answerAll(now);
        } catch (const std::exception& error) {
            const auto* known = dynamic_cast<const Poco::Exception*>(&error);
            Poco::Logger::get("http").error("those who wait for jobs get nothing: " +
                                            (known ? known->displayText() : error.what()));
            audience_.apologize(now);
            feed_.end(now);
        }
        flush(now);
    }
    finish(deadline);
}

void Streams::turn(const std::vector<base::PollSet::Event>& events, base::SteadyTime now) {
    News::Edition edition = news_.take();
    audience_.tell(edition.followed, now);
    feed_.tell(std::move(edition), now);
    for (const base::PollSet::Event& event : events) hear(event, now);
    audience_.answerLate(now);
    if (now < nextTick_) return;
    nextTick_ = now + tick_;
    for (auto& [token, client] : clients_) {
        client.checkTime(now);
        if (!client.finished() && !client.mayStay()) dismiss(client, now);
    }
    audience_.beat(now, settings_.heartbeat);
    feed_.beat(now, settings_.heartbeat);
}

void Streams::admit(Arrival arrival, base::SteadyTime now) {
    const std::uint64_t token = ++lastToken_;
    Delivery& delivery = arrival.delivery;
    delivery.fields = std::move(arrival.parking.fields);
    const auto [at, added] =
        clients_.try_emplace(token, token, std::move(arrival.channel), std::move(delivery),
                             std::move(arrival.parking.mayStay), settings_, set_, outbox_);
    ParkedClient& client = at->second;
    Wanted& wanted = arrival.parking.wanted;
    if (auto* awaits = std::get_if<AwaitJob>(&wanted))
        audience_.add(client, std::move(*awaits), now);
    else if (auto* watches = std::get_if<WatchJob>(&wanted))
        audience_.add(client, *watches, now);
    else
        feed_.add(client, std::move(std::get<WatchJobs>(wanted)), now);
}

void Streams::hear(const base::PollSet::Event& event, base::SteadyTime now) {
    const auto found = clients_.find(event.token);
    if (found == clients_.end()) return;
    ParkedClient& client = found->second;
    // Whoever ends before its answer came may have gone, or have said all it had to say.
    if (event.ended && !event.gone && !client.finished()) audience_.answer(client, now);
    client.heard(event, now);
}

// Its token is no good any more: it is told as little as one who comes with it now.
void Streams::dismiss(ParkedClient& client, base::SteadyTime now) {
    audience_.dismiss(client, now);
    feed_.remove(client);
    client.finish(now);
}

void Streams::flush(base::SteadyTime now) {
    for (const std::uint64_t token : std::exchange(outbox_.unflushed, {})) {
        const auto found = clients_.find(token);
        if (found == clients_.end()) continue;
        found->second.flush(now);
        if (found->second.broken()) drop(token);
    }
}

void Streams::drop(std::uint64_t token) {
    const auto found = clients_.find(token);
    audience_.remove(found->second);
    feed_.remove(found->second);
    clients_.erase(found);
    --count_;
}

milliseconds Streams::untilNext(base::SteadyTime now) {
    if (!news_.rest(feed_.isGathering(now))) return milliseconds(0);
    base::SteadyTime next = now + longestWait;
    if (!clients_.empty()) next = std::min(next, nextTick_);
    if (const auto limit = audience_.nextLimit()) next = std::min(next, *limit);
    if (const auto page = feed_.nextTime(now)) next = std::min(next, *page);
    return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(next - now));
}

// Streams end at once. What has been appended goes out, as far as its clients take it in time.
void Streams::finish(base::SteadyTime deadline) {
    auto now = steady_clock::now();
    for (auto& [token, client] : clients_) client.finish(now);
    const auto waits = [](const auto& entry) { return entry.second.unsent() > 0; };
    for (flush(now); now < deadline && std::ranges::any_of(clients_, waits); flush(now)) {
        const auto left = std::chrono::ceil<milliseconds>(deadline - now);
        const auto& events = set_.wait(std::min(tick_, left));
        now = steady_clock::now();
        for (const base::PollSet::Event& event : events) hear(event, now);
        for (auto& [token, client] : clients_) client.checkTime(now);
    }
    while (!clients_.empty()) drop(clients_.begin()->first);
}

}  // namespace errand::http
