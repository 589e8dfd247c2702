// SPDX-License-Identifier: Apache-2.0
#include "cli/patient_call.h"

#include "base/clock.h"
#include "base/id.h"
#include "base/mutex.h"
#include "base/sockets.h"

namespace errand::cli {

namespace {

// Hears the end of one call, and rings a bell then: ^C is waited for with it.
class Waiter : public rpc::CallObserver {
public:
    ~Waiter() override {
        // Whoever told the end may be on his way out of it.
        const base::MutexLock lock(mutex_);
    }

    void begun(const std::string&) noexcept override {}

    void ended(rpc::End end) noexcept override {
        const base::MutexLock lock(mutex_);
        end_ = std::move(end);
        bell_.ring();
    }

    // True at the end; false when ^C came before it.
    bool wait(const base::Interrupts* interrupts) {
        while (!hasEnded()) {
            if (interrupts && interrupts->pressed()) return false;
            base::awaitAny({bell_.descriptor(), interrupts ? interrupts->descriptor() : -1}, {});
        }
        return true;
    }

    rpc::End take() {
        const base::MutexLock lock(mutex_);
        return *std::move(end_);
    }

private:
    bool hasEnded() const {
        const base::MutexLock lock(mutex_);
        return end_.has_value();
    }

    base::Bell bell_;
    mutable base::Mutex mutex_;
    std::optional<rpc::End> end_ GUARDED_BY(mutex_);
};

}  // namespace

std::optional<rpc::End> callPatiently(rpc::Transport& transport, rpc::Call call,
                                      std::chrono::milliseconds patience,
                                      base::Interrupts* interrupts) {
    const base::Clock& clock = base::Clock::system();
    call.id = base::Id::generate(clock.now()).toString();
    call.deadline = clock.steady() + patience;
    const rpc::CallId id = call.id;
    if (interrupts) interrupts->clear();

    Waiter waiter;
    transport.call(std::move(call), waiter);
    if (!waiter.wait(interrupts)) {
        interrupts->clear();  // it is for this call alone
        transport.cancel(id);
        // Where it cannot be forgotten, it ends soon: it is telling its end, or runs here and has
        // been told to.
        if (transport.forget(id)) return std::nullopt;
        waiter.wait(nullptr);
        return std::nullopt;
    }
    rpc::End end = waiter.take();
    // Nothing is put on disk here: to have the answer is all there is.
    if (end.acknowledge) end.acknowledge();
    end.acknowledge = nullptr;
    return end;
}

}  // namespace errand::cli
