// SPDX-License-Identifier: Apache-2.0
// Attempts is the table of jobs that are with the transport right now: it starts their calls, times
// them out, passes cancels on, and turns each end into a settlement for the writer.
//
// Threads: start on the writer's thread, look on the dispatcher's, the ends of calls on the
//          transport's; requestCancel and the counts from any.
// Owns: an Attempt from its start to its end; one whose method never returns in this process is
// kept
//       for ever.
// Errors: none; what cannot be written is kept and tried again.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "jobs/core.h"
#include "jobs/settlement.h"
#include "rpc/transport.h"

namespace errand::jobs {

class Attempts;
struct Outcome;
class NoteTask;

// One call under way, and what became known of it. Its fields are Attempts' and guarded by its
// mutex.
struct Attempt final : rpc::CallObserver {
    Attempt(Attempts& attempts, ClaimedJob claimed, Lane& itsLane, bool isProbe)
        : owner(attempts), job(std::move(claimed)), lane(itsLane), probe(isProbe) {}
    void sent() noexcept override;
    void begun(const std::string& worker) noexcept override;
    void progressed(const rpc::Progress& progress) noexcept override;
    void ended(rpc::End end) noexcept override;

    // Set in the constructor, then constant.
    Attempts& owner;
    ClaimedJob job;  // moved from at the end
    Lane& lane;
    const bool probe;

    std::list<Attempt>::iterator place;
    std::size_t mark = CrashMarks::none;
    CallNote known;                            // startedAt: when the method began
    std::optional<base::SteadyTime> noteAt;    // something of it is to be written then
    base::SteadyTime askAt{};                  // its time is up
    std::optional<base::SteadyTime> giveUpAt;  // it was asked to end: how long it may take
    bool timedOut = false;
    bool cancelRequested = false;
    bool hung = false;  // given up: settled, its worker lost until it returns
};

class Attempts {
public:
    explicit Attempts(Core& core);
    ~Attempts();

    // REQUIRES before the first start.
    void open(rpc::Transport& transport);

    // Waits again for the call of a job that an earlier run started.
    void resume(RunningJob running, Lane& lane) noexcept;

    // Sends a job's call. Its place in the lane has been taken.
    void start(ClaimedJob job, Lane& lane, bool probe) noexcept;

    // The job's cancel was asked for, and that is on disk.
    void requestCancel(const base::Id& job) noexcept;

    // Asks those to end whose time is up, gives up those that do not, writes again what could not
    // be written. Returns when to look again.
    base::SteadyTime look(base::SteadyTime now);

    // What of the transport is away, in words; empty when nothing is, or before open.
    std::string missing() const;

    // Started, and neither ended nor given up.
    int active() const;

    // Whether one of them runs alone because it crashed a process.
    bool loneActive() const;

    // An outcome could not be written: tried again at the next look.
    void keep(std::unique_ptr<Outcome> outcome) noexcept;

private:
    friend struct Attempt;

    // What one look has found to do, once the table is free again.
    struct Findings {
        std::unique_ptr<NoteTask> notes;
        std::vector<std::string> asked;  // call ids to be told to end
        std::vector<std::unique_ptr<Outcome>> outcomes;
        // Given up just now, by their calls: the end of one may come any time, and it is gone then.
        std::vector<std::pair<std::string, Attempt*>> hung;
        bool connected = true;  // else an end may have come that is not known here
        base::SteadyTime next;
    };

    Attempt& add(ClaimedJob job, Lane& lane, bool probe);
    rpc::Call makeCall(const ClaimedJob& job) const;
    void sent(Attempt& attempt) noexcept;
    void begun(Attempt& attempt, const std::string& worker) noexcept;
    void progressed(Attempt& attempt, const rpc::Progress& progress) noexcept;
    void ended(Attempt& attempt, rpc::End end) noexcept;
    void lookAt(Attempt& attempt, base::SteadyTime now, Findings& found) REQUIRES(mutex_);
    void lookAtNotes(Attempt& attempt, base::SteadyTime now, Findings& found) REQUIRES(mutex_);
    bool wantNote(Attempt& attempt) REQUIRES(mutex_);
    std::unique_ptr<Outcome> giveUp(Attempt& attempt) REQUIRES(mutex_);
    void letGo(const std::string& call, Attempt* attempt) noexcept;
    void noteGate(Attempt& attempt, const Settlement& settlement);
    void settle(std::unique_ptr<Outcome> outcome) noexcept;
    Circumstances circumstances(const Attempt& attempt) const;
    bool graceOver(Attempt& attempt, const rpc::End& end) const;

    // Set in the constructor, then constant.
    Core& core_;

    // Set by open, then constant.
    rpc::Transport* transport_ = nullptr;

    mutable base::Mutex mutex_;
    std::list<Attempt> table_ GUARDED_BY(mutex_);
    int active_ GUARDED_BY(mutex_) = 0;
    int lone_ GUARDED_BY(mutex_) = 0;
    base::SteadyTime nextLook_ GUARDED_BY(mutex_){};
    std::vector<std::unique_ptr<Outcome>> unwritten_ GUARDED_BY(mutex_);
};

}  // namespace errand::jobs
