// SPDX-License-Identifier: Apache-2.0
// The tasks behind Jobs' three writing methods: each has one caller, who waits for it.
//
// Threads: made by the waiting thread, run on the writer's.
// Owns: nothing; what they work on is on the waiting caller's stack.
// Errors: told to the caller through the answer.
#pragma once

#include "base/semaphore.h"
#include "jobs/admission.h"
#include "jobs/core.h"
#include "jobs/jobs.h"

namespace errand::jobs {

// Where a caller waits for its own task: nobody else is woken with it.
template <class T>
struct Waiter {
    T answer{};
    base::Semaphore done;
};

class SubmitTask : public store::Task {
public:
    // The answer's jobs are what is to be stored; they come back with sequence, state and attempt.
    // `named`: their ids are the submitter's, and those that are there already are left out. With a
    // key that was used before the answer is `replayed`, its jobs have their ids and no more.
    SubmitTask(Core& core, Waiter<Submission>& waiter, bool named = false,
               const IdempotencyKey* key = nullptr)
        : core_(core), waiter_(waiter), named_(named), key_(key), admission_(core) {}

    void apply() override;
    void rolledBack() noexcept override { admission_.rolledBack(); }
    void committed() noexcept override;
    void failed(const store::StoreError& error) noexcept override;

private:
    bool repeats();

    Core& core_;
    Waiter<Submission>& waiter_;
    const bool named_;
    const IdempotencyKey* const key_;
    Admission admission_;
};

class CancelTask : public store::Task {
public:
    CancelTask(Core& core, const Job& job, Waiter<Change>& waiter)
        : core_(core), job_(job), id_(job.id), waiter_(waiter), admission_(core) {}

    void apply() override;
    void rolledBack() noexcept override { admission_.rolledBack(); }
    void committed() noexcept override;
    void failed(const store::StoreError& error) noexcept override;

private:
    Core& core_;
    const Job& job_;
    const base::Id id_;  // a copy: needed after the caller has gone
    Waiter<Change>& waiter_;
    Admission admission_;  // of the job that tells of it
};

class RetryTask : public store::Task {
public:
    RetryTask(Core& core, const Job& job, int attempts, Waiter<Change>& waiter)
        : core_(core), job_(job), attempts_(attempts), waiter_(waiter) {}

    void apply() override;
    void committed() noexcept override;
    void failed(const store::StoreError& error) noexcept override;

private:
    Core& core_;
    const Job& job_;
    const int attempts_;
    Waiter<Change>& waiter_;
};

}  // namespace errand::jobs
