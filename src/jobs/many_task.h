// SPDX-License-Identifier: Apache-2.0
// The tasks behind Jobs' methods that change more than one job, or a whole service.
//
// Threads: made by the waiting thread, run on the writer's.
// Owns: nothing; what they work on is on the waiting caller's stack.
// Errors: told to the caller through the answer.
#pragma once

#include <string>
#include <vector>

#include "jobs/core.h"
#include "jobs/submit_task.h"

namespace errand::jobs {

// How many tries its method's policy gives a job.
int attemptsOf(const Core& core, const Job& job);

// Of these jobs, in one commit: how many were queued again.
class RetryManyTask : public store::Task {
public:
    RetryManyTask(Core& core, const std::vector<Job>& jobs, Waiter<std::optional<Many>>& waiter)
        : core_(core), jobs_(jobs), waiter_(waiter) {}

    void apply() override;
    void committed() noexcept override;
    void failed(const store::StoreError& error) noexcept override;

private:
    Core& core_;
    const std::vector<Job>& jobs_;
    Waiter<std::optional<Many>>& waiter_;
    std::vector<const Job*> queued_;
};

// Likewise: how many were deleted.
class EraseManyTask : public store::Task {
public:
    EraseManyTask(Core& core, const std::vector<Job>& jobs, Waiter<std::optional<Many>>& waiter)
        : core_(core), jobs_(jobs), waiter_(waiter) {}

    void apply() override;
    void committed() noexcept override { waiter_.done.release(); }
    void failed(const store::StoreError& error) noexcept override;

private:
    Core& core_;
    const std::vector<Job>& jobs_;
    Waiter<std::optional<Many>>& waiter_;
};

class PauseTask : public store::Task {
public:
    PauseTask(Core& core, Lane& lane, bool paused, Waiter<bool>& waiter)
        : core_(core), lane_(lane), paused_(paused), waiter_(waiter) {}

    void apply() override;
    void committed() noexcept override;
    void failed(const store::StoreError& error) noexcept override;

private:
    Core& core_;
    Lane& lane_;
    const bool paused_;
    Waiter<bool>& waiter_;
    std::optional<base::Time> nextSuspect_;
};

}  // namespace errand::jobs
