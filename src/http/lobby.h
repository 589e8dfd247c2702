// SPDX-License-Identifier: Apache-2.0
// Lobby is where connections are that have nothing to say: it lets clients in, and hands each to
// the crew once it has. One that rests costs no thread and a few hundred bytes.
//
// Threads: start and stop belong to the owner's thread; enter and count may be called from any.
// Owns: its thread, and the guests that are in it. Settings and crew outlive stop().
// Errors: none leave it: a client that cannot be let in is refused, and that is logged.
//         The constructor throws Poco::SystemException when the system has no more to give.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/poll_set.h"
#include "base/quota.h"
#include "base/worker.h"
#include "http/crew.h"
#include "http/guest.h"
#include "http/settings.h"

namespace errand::http {

class Lobby {
public:
    // Makes the channel of a client that has been accepted.
    using Open = std::function<std::unique_ptr<Channel>(const Poco::Net::StreamSocket& socket)>;

    Lobby(const Settings& settings, const Poco::Net::ServerSocket& door, Open open, Crew& crew);
    ~Lobby() { stop(); }
    Lobby(const Lobby&) = delete;
    Lobby& operator=(const Lobby&) = delete;

    void start();

    // A guest that waits for its client: for its next request, or for the rest of one. After stop()
    // it is closed.
    void enter(Guest guest);

    // How many guests rest here.
    std::size_t count() const noexcept { return count_.load(); }

    // Lets nobody in any more, closes what rests, and returns when its thread has ended. May be
    // called twice, and before start.
    void stop();

private:
    struct Resting {
        Guest guest;
        base::SteadyTime deadline;
    };

    void run();
    void letIn(base::SteadyTime now);
    void complain(const std::string& reason, base::SteadyTime now);
    bool makeRoom();
    bool closeOne();
    void shutDoor(base::SteadyTime now);
    void admit(Guest guest, base::SteadyTime now);
    Guest take(std::uint64_t token);
    void endWaits(base::SteadyTime now);
    std::chrono::milliseconds untilNext(base::SteadyTime now) const;

    // Set in the constructor, then constant.
    const Settings& settings_;
    const Open open_;
    Crew& crew_;

    std::atomic<std::size_t> count_{0};  // of guests_, for others to read

    base::Mutex mutex_;
    std::vector<Guest> arrivals_ GUARDED_BY(mutex_);
    bool running_ GUARDED_BY(mutex_) = false;

    // The thread's own, but for PollSet::wake.
    Poco::Net::ServerSocket door_;
    base::PollSet set_;
    std::unordered_map<std::uint64_t, Resting> guests_;
    std::set<std::pair<base::SteadyTime, std::uint64_t>> deadlines_;  // of all of them
    std::uint64_t lastToken_ = 0;
    base::SteadyTime doorOpens_{};                             // set: it is shut until then
    base::Quota complaints_{{1, std::chrono::minutes(1)}, 1};  // lines of the log

    base::Worker worker_{"lobby"};
};

}  // namespace errand::http
