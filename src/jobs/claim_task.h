// SPDX-License-Identifier: Apache-2.0
// ClaimTask takes due jobs of one service from disk, many in one statement; SuspectTask takes one
// that must run alone, of any service.
//
// Threads: made on the dispatcher's thread, run on the writer's.
// Owns: the room taken for the jobs, until they are handed over or it is given back.
// Errors: none; what fails is tried again by the dispatcher.
#pragma once

#include <optional>
#include <vector>

#include "jobs/core.h"

namespace errand::jobs {

class ClaimTask : public store::Task {
public:
    // `room`: places taken in the lane, the most that are claimed. A probe is one job sent through
    // a closed gate.
    ClaimTask(Core& core, Lane& lane, int room, bool probe)
        : core_(core), lane_(lane), room_(room), probe_(probe) {}

    void apply() override;
    void committed() noexcept override;
    void failed(const store::StoreError& error) noexcept override;

private:
    Core& core_;
    Lane& lane_;
    bool looked_ = false;
    const int room_;
    const bool probe_;
    std::vector<ClaimedJob> jobs_;
    std::optional<base::Time> next_;  // the next that is due, once all due ones are claimed
};

class SuspectTask : public store::Task {
public:
    explicit SuspectTask(Core& core, std::atomic<bool>& underWay)
        : core_(core), underWay_(underWay) {}

    void apply() override;
    void committed() noexcept override;
    void failed(const store::StoreError& error) noexcept override;

private:
    Core& core_;
    std::atomic<bool>& underWay_;  // set by the dispatcher, cleared here
    std::optional<ClaimedJob> job_;
    std::optional<base::Time> next_;
    bool looked_ = false;
};

}  // namespace errand::jobs
