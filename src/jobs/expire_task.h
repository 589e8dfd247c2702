// SPDX-License-Identifier: Apache-2.0
// ExpireTask ends queued jobs whose expires_at has passed, with the casts due to whoever waits.
//
// Threads: made on the dispatcher's thread, runs on the writer's.
// Owns: nothing.
// Errors: none; what fails is tried again by the dispatcher.
#pragma once

#include <optional>
#include <vector>

#include "jobs/admission.h"
#include "jobs/core.h"

namespace errand::jobs {

class ExpireTask : public store::Task {
public:
    ExpireTask(Core& core, std::atomic<bool>& underWay)
        : core_(core), underWay_(underWay), admission_(core) {}

    void apply() override;
    void rolledBack() noexcept override { admission_.rolledBack(); }
    void committed() noexcept override;
    void failed(const store::StoreError& error) noexcept override;

private:
    Core& core_;
    std::atomic<bool>& underWay_;  // set by the dispatcher, cleared here
    Admission admission_;
    std::vector<ClaimedJob> expired_;
    std::optional<base::Time> next_;
};

}  // namespace errand::jobs
