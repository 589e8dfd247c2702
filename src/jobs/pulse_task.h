// SPDX-License-Identifier: Apache-2.0
// PulseTask changes nothing: that its turn came shows that the store's writer makes progress.
//
// Threads: made on any thread, runs on the writer's.
// Owns: what it calls.
// Errors: none; a writer that cannot write is alive all the same.
#pragma once

#include <functional>
#include <utility>

#include "store/writer.h"

namespace errand::jobs {

class PulseTask : public store::Task {
public:
    explicit PulseTask(std::function<void()> done) : done_(std::move(done)) {}

    void apply() override {}
    void committed() noexcept override { done_(); }
    void failed(const store::StoreError&) noexcept override { done_(); }

private:
    const std::function<void()> done_;
};

}  // namespace errand::jobs
