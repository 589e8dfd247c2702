// SPDX-License-Identifier: Apache-2.0
// Recorder hears of one call and lets the test wait for what it heard; it counts, so that a second
// end shows.
//
// Threads: the observer's methods on any; the rest on the test's.
// Owns: the end it was given.
// Errors: the waits throw std::runtime_error after 20 s, which only a failing test sees.
#pragma once

#include <optional>

#include "base/clock.h"
#include "base/mutex.h"
#include "rpc/transport.h"

namespace errand::tests {

class Recorder : public rpc::CallObserver {
public:
    void begun(const std::string&) noexcept override;
    void progressed(const rpc::Progress& progress) noexcept override;
    void ended(rpc::End end) noexcept override;

    void waitBegun();
    // What it has heard of the progress; waits until that ends with `text`.
    std::vector<rpc::Progress> waitProgress(const std::string& text);
    // The end; waits for it.
    const rpc::End& end();

    int ends();
    bool hasBegun();
    bool begunBeforeEnd();

private:
    base::Mutex mutex_;
    base::Condition changed_;
    std::optional<rpc::End> end_;  // not written again once ends_ is 1
    std::vector<rpc::Progress> progress_ GUARDED_BY(mutex_);
    int begins_ GUARDED_BY(mutex_) = 0;
    int ends_ GUARDED_BY(mutex_) = 0;
    bool ordered_ GUARDED_BY(mutex_) = false;  // it began, once, and nothing came after the end
};

// A sink that keeps what it is given and answers null, or an error it was told to answer.
class RecordingSink : public rpc::JobSink {
public:
    rpc::Reply store(const rpc::Call& call) noexcept override;
    void answer(rpc::ErrorReply error);
    std::vector<rpc::Call> stored();

    // Stores block from here on until they are let go.
    void hold();
    void letGo();
    // Waits until a store is blocked, or was.
    void waitHeld();

private:
    base::Mutex mutex_;
    base::Condition changed_;
    bool held_ GUARDED_BY(mutex_) = false;
    std::vector<rpc::Call> stored_ GUARDED_BY(mutex_);
    std::optional<rpc::ErrorReply> error_ GUARDED_BY(mutex_);
};

}  // namespace errand::tests
