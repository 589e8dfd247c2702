// SPDX-License-Identifier: Apache-2.0
#include "rpc/client.h"

#include <algorithm>

#include "base/mutex.h"

namespace errand::rpc {

namespace {

// Lets one thread wait for the end of one call.
class Waiter : public CallObserver {
public:
    void begun(const std::string&) noexcept override {}

    void ended(End end) noexcept override {
        const base::MutexLock lock(mutex_);
        end_ = std::move(end);
        // Within the lock: the waiting thread destroys this object as soon as it has the mutex.
        arrived_.notifyAll();
    }

    End wait() {
        const base::MutexLock lock(mutex_);
        while (!end_) arrived_.wait(mutex_);
        return *std::move(end_);
    }

private:
    base::Mutex mutex_;
    base::Condition arrived_;
    std::optional<End> end_ GUARDED_BY(mutex_);
};

}  // namespace

End Client::call(Call call, std::chrono::milliseconds patience) {
    if (call.id.empty()) call.id = base::Id::generate(base::Clock::system().now()).toString();
    const base::SteadyTime patient = base::Clock::system().steady() + patience;
    call.deadline = std::min(call.deadline.value_or(patient), patient);

    // No wait of its own beside the transport's: were it to give up first, the transport would tell
    // an observer that is gone. Every call has its end, by its deadline or by close() at the
    // latest.
    Waiter waiter;
    transport_.call(std::move(call), waiter);
    End end = waiter.wait();
    // A blocking caller puts its reply on no disk: to have it is all there is.
    if (end.acknowledge) end.acknowledge();
    end.acknowledge = nullptr;
    return end;
}

}  // namespace errand::rpc
