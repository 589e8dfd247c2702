// SPDX-License-Identifier: Apache-2.0
// JobAudience is who waits for one job or another: for its end, an answer each, or for its changes,
// an event each.
//
// Threads: the streams' alone.
// Owns: what its clients wait for. Jobs, news, clock and the clients outlive their place in it.
// Errors: what the store or a handler's function throws passes through; apology() is for after.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "http/news.h"
#include "http/parked_client.h"
#include "http/parking.h"
#include "jobs/jobs.h"

namespace errand::http {

class JobAudience {
public:
    JobAudience(jobs::Jobs& jobs, News& news, const base::Clock& clock)
        : jobs_(jobs), news_(news), clock_(clock) {}

    // From now on the client is told of the job; begins with the job as it is at the next tell().
    void add(ParkedClient& client, AwaitJob wanted, base::SteadyTime now);
    void add(ParkedClient& client, WatchJob wanted, base::SteadyTime now);
    void remove(const ParkedClient& client);

    // Sends each client what it waits for of these jobs, and of those just added.
    void tell(const std::vector<std::int64_t>& sequences, base::SteadyTime now);

    // Answers those whose time is over, or all, with the job as it is.
    void answerLate(base::SteadyTime now);
    void answerAll(base::SteadyTime now);
    // Whether the client waits for an answer; it gets one.
    bool answer(const ParkedClient& client, base::SteadyTime now);

    // One that may not know: it is refused where it waits for an answer, and told nothing more.
    void dismiss(const ParkedClient& client, base::SteadyTime now);

    // Answers all with 500 and ends their streams: the store cannot be read.
    void apologize(base::SteadyTime now);

    // Shows the clients of silent streams that they are not forgotten.
    void beat(base::SteadyTime now, std::chrono::milliseconds silence);

    // When answerLate has something to do.
    std::optional<base::SteadyTime> nextLimit() const;

private:
    using Key = std::pair<std::int64_t, std::uint64_t>;  // the job's sequence, the client's token

    struct Member {
        ParkedClient* client;
        std::optional<AwaitJob> awaits;  // absent: it has events
        base::SteadyTime limit{};
        std::int64_t seen = -1;
    };
    using Members = std::map<Key, Member>;

    void insert(const Key& key, Member member);
    Members::iterator erase(Members::iterator at);
    void tellOf(std::int64_t sequence, const jobs::Job* job, base::SteadyTime now);
    void answer(const std::vector<Key>& keys, base::SteadyTime now);
    void send(Member& member, Response response, base::SteadyTime now);

    // Set in the constructor, then constant.
    jobs::Jobs& jobs_;
    News& news_;
    const base::Clock& clock_;

    Members members_;                                            // those of one job stand together
    std::unordered_map<std::uint64_t, std::int64_t> sequences_;  // by token
    std::set<std::pair<base::SteadyTime, Key>> limits_;
    std::vector<std::int64_t> added_;
};

}  // namespace errand::http
