// SPDX-License-Identifier: Apache-2.0
#include "http/connections.h"

#include <algorithm>

#include "base/sockets.h"

namespace errand::http {
namespace {

// Beyond, what a dawdler has left would be less than the slice in which it is looked at.
constexpr int mostPressure = 4;

}  // namespace

Connections::Entry::Entry(Connections& connections, int descriptor)
    : connections_(connections), descriptor_(descriptor) {
    const base::MutexLock lock(connections_.mutex_);
    connections_.open_.insert(this);
    ++connections_.count_;
    if (connections_.cutOff_) base::cutOff(descriptor_);
}

Connections::Entry::~Entry() {
    const base::MutexLock lock(connections_.mutex_);
    connections_.open_.erase(this);
    --connections_.count_;
}

int Connections::pressure() const {
    if (count_.load() < threads_) return 0;
    const int waiting = this->waiting();
    return waiting > 0 ? std::clamp(waiting / std::max(1, threads_), 1, mostPressure) : 0;
}

void Connections::cutOff() noexcept {
    const base::MutexLock lock(mutex_);
    cutOff_ = true;
    for (const Entry* entry : open_) base::cutOff(entry->descriptor_);
}

}  // namespace errand::http
