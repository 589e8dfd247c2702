// SPDX-License-Identifier: Apache-2.0
// Admission stores new jobs within one task of the writer: handed over at once where their service
// has room and nothing due waits for it, queued otherwise.
//
// Threads: the writer's thread. One Admission belongs to one task.
// Owns: the room it took, until the hand-over or the roll-back.
// Errors: admit throws StoreError.
#pragma once

#include <vector>

#include "jobs/core.h"
#include "jobs/job.h"

namespace errand::jobs {

// A job as its first claim has it.
ClaimedJob firstClaim(Job job);

class Admission {
public:
    explicit Admission(Core& core) : core_(core) {}

    // Inserts the job; sets its sequence, state and attempt.
    void admit(Job& job);

    // The task was rolled back: gives the room back and forgets what it admitted.
    void rolledBack() noexcept;

    // The task is on disk: hands over what runs, tells the dispatcher of what waits.
    void committed() noexcept;

private:
    struct Admitted {
        Lane* lane = nullptr;
        Job job;
    };

    Core& core_;
    std::vector<Admitted> admitted_;
};

// A job went back to `queued`, or came there, and that is on disk.
void noteQueued(Core& core, Lane& lane, base::Time runAt, bool counted) noexcept;

}  // namespace errand::jobs
