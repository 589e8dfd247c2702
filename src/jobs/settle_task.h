// SPDX-License-Identifier: Apache-2.0
// SettleTask writes an attempt's outcome and the children it cast, in one transaction.
//
// Threads: made on any thread, runs on the writer's.
// Owns: the outcome; hands it back to Attempts when it could not be written.
// Errors: none of its own.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "jobs/admission.h"
#include "jobs/settlement.h"

namespace errand::jobs {

// How a job's attempt ended, with all that is needed to write it.
struct Outcome {
    ClaimedJob job;
    Settlement settlement;
    std::optional<base::Time> startedAt;
    Lane* lane = nullptr;
    std::function<void()> acknowledge;  // called once it is on disk; may be empty
};

class SettleTask : public store::Task {
public:
    SettleTask(Core& core, std::unique_ptr<Outcome> outcome)
        : core_(core), outcome_(std::move(outcome)), admission_(core) {}

    void apply() override;
    void rolledBack() noexcept override { admission_.rolledBack(); }
    void committed() noexcept override;
    void failed(const store::StoreError& error) noexcept override;

private:
    bool changeState();
    void notify(base::Time now);
    bool requeueOrCancel(bool requeued, const JobStore::Settled& settled);

    Core& core_;
    std::unique_ptr<Outcome> outcome_;
    Admission admission_;
    base::Time settledAt_{};
    bool changed_ = false;
    bool requeued_ = false;
};

}  // namespace errand::jobs
