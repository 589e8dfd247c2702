// SPDX-License-Identifier: Apache-2.0
// Lookout watches the processes that run calls of this one. Each has a queue that ends with its
// connection: a ping that finds no queue says that the process is away, and one that has been away
// for longer than any living one needs to connect again is gone.
//
// Threads: tick on the clock's; its pings' outcomes on the publisher's.
// Owns: what it knows of each; borrows publisher and listener, which outlive it.
// Errors: none.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/mutex.h"
#include "publisher.h"

namespace errand::transport_amqp {

class Lookout {
public:
    // Called by tick, in its thread.
    class Listener {
    public:
        virtual ~Listener() = default;
        virtual void workerIsThere(const std::string& boot) = 0;
        virtual void workerIsGone(const std::string& boot) = 0;
    };

    static constexpr std::chrono::seconds interval{2};
    // A process whose connection broke is back within its longest pause, 6 s, and a handshake.
    static constexpr std::chrono::seconds patience{12};

    Lookout(Publisher& publisher, std::string exchange, Listener& listener)
        : publisher_(publisher), exchange_(std::move(exchange)), listener_(listener) {}

    // This process was cut off, and knows nothing of others.
    void cutOff();

    // Looks after exactly these. Tells what became known since the last tick.
    void tick(base::SteadyTime now, const std::set<std::string>& boots);

private:
    class Ping;
    enum class Sight { unknown, there, away };

    struct Watched {
        bool asking = false;
        Sight sight = Sight::unknown;  // what the last ping told; unknown once that was told on
        base::SteadyTime nextPing{};
        std::optional<base::SteadyTime> awaySince;
    };

    void pinged(const std::string& boot, Published outcome);

    // Set in the constructor, then constant.
    Publisher& publisher_;
    const std::string exchange_;
    Listener& listener_;

    base::Mutex mutex_;
    std::map<std::string, Watched> watched_ GUARDED_BY(mutex_);
};

}  // namespace errand::transport_amqp
