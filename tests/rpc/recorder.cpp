// SPDX-License-Identifier: Apache-2.0
#include "recorder.h"

#include <stdexcept>

namespace errand::tests {

namespace {

// Only a failing test waits this long.
base::SteadyTime limit() {
    return base::Clock::system().steady() + std::chrono::seconds(20);
}

}  // namespace

void Recorder::begun(const std::string&) noexcept {
    const base::MutexLock lock(mutex_);
    ++begins_;
    changed_.notifyAll();
}

void Recorder::progressed(const rpc::Progress& progress) noexcept {
    const base::MutexLock lock(mutex_);
    if (ends_ > 0) ordered_ = false;
    progress_.push_back(progress);
    changed_.notifyAll();
}

std::vector<rpc::Progress> Recorder::waitProgress(const std::string& text) {
    const base::MutexLock lock(mutex_);
    const base::SteadyTime deadline = limit();
    while (progress_.empty() || progress_.back().text != text) {
        if (!changed_.waitUntil(mutex_, deadline)) throw std::runtime_error("no such progress");
    }
    return progress_;
}

void Recorder::ended(rpc::End end) noexcept {
    const base::MutexLock lock(mutex_);
    if (++ends_ > 1) return;
    ordered_ = begins_ == 1;
    end_ = std::move(end);
    changed_.notifyAll();
}

void Recorder::waitBegun() {
    const base::MutexLock lock(mutex_);
    const base::SteadyTime deadline = limit();
    while (begins_ == 0) {
        if (!changed_.waitUntil(mutex_, deadline)) throw std::runtime_error("it never began");
    }
}

const rpc::End& Recorder::end() {
    const base::MutexLock lock(mutex_);
    const base::SteadyTime deadline = limit();
    while (ends_ == 0) {
        if (!changed_.waitUntil(mutex_, deadline)) throw std::runtime_error("it never ended");
    }
    return *end_;
}

int Recorder::ends() {
    const base::MutexLock lock(mutex_);
    return ends_;
}

bool Recorder::hasBegun() {
    const base::MutexLock lock(mutex_);
    return begins_ > 0;
}

bool Recorder::begunBeforeEnd() {
    const base::MutexLock lock(mutex_);
    return ordered_;
}

rpc::Reply RecordingSink::store(const rpc::Call& call) noexcept {
    const base::MutexLock lock(mutex_);
    stored_.push_back(call);
    changed_.notifyAll();
    while (held_) changed_.wait(mutex_);
    if (error_) return {*error_, {}};
    return {};
}

void RecordingSink::answer(rpc::ErrorReply error) {
    const base::MutexLock lock(mutex_);
    error_ = std::move(error);
}

void RecordingSink::hold() {
    const base::MutexLock lock(mutex_);
    held_ = true;
}

void RecordingSink::letGo() {
    const base::MutexLock lock(mutex_);
    held_ = false;
    changed_.notifyAll();
}

void RecordingSink::waitHeld() {
    const base::MutexLock lock(mutex_);
    const base::SteadyTime deadline = limit();
    while (stored_.empty()) {
        if (!changed_.waitUntil(mutex_, deadline)) throw std::runtime_error("nothing came");
    }
}

std::vector<rpc::Call> RecordingSink::stored() {
    const base::MutexLock lock(mutex_);
    return stored_;
}

}  // namespace errand::tests
