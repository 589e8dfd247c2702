// SPDX-License-Identifier: Apache-2.0
// Lane is one service's way to its workers: how much room there is, whether due jobs wait for it on
// disk, and its gate. Lanes keeps them by name.
//
// Threads: room and the gate from any thread; what is marked so on the store writer's thread alone.
// Owns: Lanes owns its lanes; they live as long as it does.
// Errors: none.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "jobs/gate.h"
#include "jobs/lane_metrics.h"

namespace errand::jobs {

class Lane {
public:
    // How many jobs may be handed over and not yet be ended: the workers and a short queue.
    Lane(std::string service, int workers, int handOff)
        : service_(std::move(service)),
          handOff_(handOff),
          metrics_(service_),
          room_(workers + handOff) {}

    const std::string& service() const noexcept { return service_; }
    Gate& gate() noexcept { return gate_; }
    LaneMetrics& metrics() noexcept { return metrics_; }

    // Takes up to `most` places; returns how many.
    int takeRoom(int most) noexcept;
    void giveRoom(int places) noexcept { room_.fetch_add(places); }

    // Whether so much room is free that claiming from disk pays: half of the queue, so that no
    // worker is ever idle for want of it, however many of them are busy for long.
    bool roomy() const noexcept {
        const int room = room_.load();
        return room > 0 && room * 2 >= handOff_;
    }

    // Whether due jobs may wait on disk: then a new one waits behind them. Set by anybody, cleared
    // on the writer's thread alone, in the order of commits, so that no row is ever missed.
    bool backlog() const noexcept { return backlog_.load(); }
    void setBacklog(bool due) noexcept { backlog_.store(due); }

    // When the next job that is queued for later is due; far in the future for none.
    base::Time nextRunAt() const noexcept;
    void setNextRunAt(base::Time time) noexcept;

    // A job was queued, due at `runAt`. True when the dispatcher should hear of it. Writer's
    // thread.
    bool noteQueued(base::Time runAt, base::Time now) noexcept;

    // How many jobs wait that were due when they were submitted: what jobs.maxQueued counts. Exact
    // from the first time the lane runs empty; after a restart scheduled jobs may be counted in.
    std::int64_t waiting() const noexcept { return waiting_.load(std::memory_order_relaxed); }
    void addWaiting(std::int64_t count) noexcept;
    void resetWaiting(std::int64_t count) noexcept { waiting_.store(count); }

    // How long one that is queued now is likely to wait, in seconds: by how many wait before it,
    // and how many a second have ended of late. `measure` is called about once a second.
    double expectedWait() const noexcept;
    void noteEnded() noexcept { ended_.fetch_add(1, std::memory_order_relaxed); }
    void measure(base::SteadyTime now) noexcept;

    // The broker found nobody for a call at `now`: returns since when it finds nobody. It found
    // somebody.
    base::SteadyTime noteUnroutable(base::SteadyTime now) noexcept;
    void noteRouted() noexcept { unroutableSince_.store(0, std::memory_order_relaxed); }

    // Whether a person holds the service back: nothing of it begins.
    bool paused() const noexcept { return paused_.load(std::memory_order_acquire); }
    void setPaused(bool paused) noexcept { paused_.store(paused, std::memory_order_release); }

    // Whether a claim is on its way through the writer: at most one a lane.
    bool takeClaim() noexcept { return !claiming_.exchange(true, std::memory_order_acq_rel); }
    void returnClaim() noexcept { claiming_.store(false, std::memory_order_release); }
    bool claiming() const noexcept { return claiming_.load(std::memory_order_acquire); }

private:
    // Set in the constructor, then constant.
    const std::string service_;
    const int handOff_;

    Gate gate_;
    LaneMetrics metrics_;

    // Atomics: read by the writer and the dispatcher while workers change them. Whoever gives room
    // asks for a backlog, whoever makes a backlog asks for room: both in the one order of all
    // threads, or each might miss the other and nobody would claim.
    std::atomic<int> room_;
    std::atomic<bool> backlog_{false};
    std::atomic<bool> claiming_{false};
    std::atomic<bool> paused_{false};
    std::atomic<std::int64_t> waiting_{0};
    std::atomic<std::int64_t> nextRunAt_{std::numeric_limits<std::int64_t>::max()};
    std::atomic<std::int64_t> unroutableSince_{0};  // 0: it is routable, as far as is known
    std::atomic<std::int64_t> ended_{0};
    std::atomic<double> rate_{0};  // a second

    // The dispatcher's thread's own.
    base::SteadyTime measuredAt_{};
    std::int64_t measured_ = 0;
};

class Lanes {
public:
    // `handOff`: the length of the queue behind the workers of each service.
    Lanes(const std::map<std::string, int>& workers, int handOff);

    // The service's lane, made when it is not there: a service of another node has no workers here.
    Lane& of(const std::string& service);

    std::vector<Lane*> all();

    // Jobs that count toward jobs.maxQueued, of all services that do.
    std::int64_t waiting();

    // Mails and webhooks do not: they follow from jobs that did.
    static bool counts(const std::string& service) noexcept {
        return service != "mail" && service != "webhook";
    }

    // Whether new jobs may be handed over: not before the dispatcher runs, nor after, nor while a
    // job that crashed a process runs alone.
    void setOpen(bool open) noexcept { open_.store(open, std::memory_order_release); }
    bool open() const noexcept { return open_.load(std::memory_order_acquire); }

    // Takes a place for one new job that would run at once: never past older ones that are due.
    bool reserve(Lane& lane, base::Time now) noexcept;

    // The job a place was reserved for has started, or will not.
    void settleReservation() noexcept { reserved_.fetch_sub(1, std::memory_order_acq_rel); }

    // Whether jobs may be about to start: places reserved or claims under way.
    bool starting();

private:
    // Set in the constructor, then constant.
    const int handOff_;

    std::atomic<bool> open_{false};  // read for every submit
    std::atomic<int> reserved_{0};   // changed by the writer, read for a job that runs alone

    base::Mutex mutex_;
    std::map<std::string, std::unique_ptr<Lane>> lanes_ GUARDED_BY(mutex_);
};

}  // namespace errand::jobs
