// SPDX-License-Identifier: Apache-2.0
// EventFeed is who hears of the changes of all jobs, each through a filter: what changes from now
// on, or first what a client that comes again has missed.
//
// An event says what a job is now, and its number is that of the job's newest change. A page of
// changes is told up to its last number: of a job that has changed since, a later page tells. So
// every stream's numbers rise, and whoever comes again with the last one has missed nothing before
// it.
//
// Threads: the streams' alone.
// Owns: what its clients wait for. Jobs, news, clock and the clients outlive their place in it.
// Errors: what the store throws passes through; end() is for after.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/news.h"
#include "http/parked_client.h"
#include "http/parking.h"
#include "jobs/jobs.h"

namespace errand::http {

class EventFeed {
public:
    EventFeed(jobs::Jobs& jobs, News& news, const base::Clock& clock,
              std::chrono::milliseconds gathering)
        : jobs_(jobs), news_(news), clock_(clock), gathering_(gathering) {}

    void add(ParkedClient& client, WatchJobs wanted, base::SteadyTime now);
    void remove(const ParkedClient& client);

    // Takes what has changed, and sends what is due of it.
    void tell(News::Edition edition, base::SteadyTime now);

    // When tell() has something to do though nothing changes.
    std::optional<base::SteadyTime> nextTime(base::SteadyTime now) const;
    // Whether what changes now is told at nextTime(), and not before.
    bool isGathering(base::SteadyTime now) const { return now < nextPage_; }

    // Ends all.
    void end(base::SteadyTime now);

    // Shows silent clients that they are not forgotten, and how far they are.
    void beat(base::SteadyTime now, std::chrono::milliseconds silence);

private:
    struct Member {
        ParkedClient* client;
        jobs::Filter filter;
        std::int64_t seen = 0;  // it has been told of all changes up to this one
        bool live = true;       // false: it is behind, and is told from the store
    };

    bool readyForMore(const Member& member) const;
    void catchUp(base::SteadyTime now);
    void reset(std::int64_t seen, base::SteadyTime now);
    void tellPage(std::span<const jobs::JobChange> page, bool live, base::SteadyTime now);
    std::vector<jobs::Job> jobsOf(std::span<const jobs::JobChange> page);

    // Set in the constructor, then constant.
    jobs::Jobs& jobs_;
    News& news_;
    const base::Clock& clock_;
    const std::chrono::milliseconds gathering_;

    std::map<std::uint64_t, Member> members_;  // by token
    std::vector<jobs::JobChange> pending_;     // not told yet
    std::int64_t told_ = 0;                    // pending_ has all that is newer
    base::SteadyTime nextPage_{};
};

// Whether a list with that filter would show the job. REQUIRES a filter without times and text.
bool letsThrough(const jobs::Filter& filter, const jobs::Job& job);

}  // namespace errand::http
