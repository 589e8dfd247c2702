// SPDX-License-Identifier: Apache-2.0
// Streams keeps the clients that wait for an answer or for events: all of them on one thread.
//
// Threads: start and stop belong to the owner's thread; park and count may be called from any.
// Owns: its thread, and the connections parked with it. Settings, jobs and clock outlive stop().
// Errors: none leave it: when the store cannot be read its clients are told, and that is logged.
//         The constructor throws Poco::SystemException when the system has no more to give.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/poll_set.h"
#include "base/worker.h"
#include "http/channel.h"
#include "http/event_feed.h"
#include "http/job_audience.h"
#include "http/news.h"
#include "http/parked_client.h"
#include "http/parking.h"
#include "http/response.h"
#include "http/settings.h"

namespace errand::http {

class Streams {
public:
    Streams(const Settings& settings, jobs::Jobs& jobs, const base::Clock& clock);
    ~Streams() { stop(base::SteadyTime::min()); }
    Streams(const Streams&) = delete;
    Streams& operator=(const Streams&) = delete;

    void start();

    // Takes over the channel of a client whose request has been read; it gets what `parking` says,
    // and then the connection ends. False: there is no room, or it does not run: nothing has been
    // done.
    bool park(std::unique_ptr<Channel>& channel, Parking& parking, const Delivery& delivery);

    // How many clients there are.
    std::size_t count() const noexcept { return count_.load(); }

    // Takes no more, ends the streams, answers those who wait with what there is, and returns when
    // they have it or at the deadline. May be called twice, and before start.
    void stop(base::SteadyTime deadline);

private:
    struct Arrival {
        std::unique_ptr<Channel> channel;
        Parking parking;
        Delivery delivery;
    };

    void run();
    void turn(const std::vector<base::PollSet::Event>& events, base::SteadyTime now);
    void hear(const base::PollSet::Event& event, base::SteadyTime now);
    void admit(Arrival arrival, base::SteadyTime now);
    void flush(base::SteadyTime now);
    void dismiss(ParkedClient& client, base::SteadyTime now);
    void drop(std::uint64_t token);
    std::chrono::milliseconds untilNext(base::SteadyTime now);
    void finish(base::SteadyTime deadline);

    // Set in the constructor, then constant.
    const Settings& settings_;
    jobs::Jobs& jobs_;
    const std::chrono::milliseconds tick_;  // how often clients are looked at

    std::atomic<std::size_t> count_{0};  // those parked and those about to be

    base::Mutex mutex_;
    std::vector<Arrival> arrivals_ GUARDED_BY(mutex_);
    bool running_ GUARDED_BY(mutex_) = false;
    base::SteadyTime deadline_ GUARDED_BY(mutex_){};  // of the end, once it does not run

    // The thread's own, but for News::changed and PollSet::wake.
    base::PollSet set_;
    News news_;
    JobAudience audience_;
    EventFeed feed_;
    Outbox outbox_;
    std::unordered_map<std::uint64_t, ParkedClient> clients_;
    std::uint64_t lastToken_ = 0;
    base::SteadyTime nextTick_{};

    base::Worker worker_{"streams"};
};

}  // namespace errand::http
