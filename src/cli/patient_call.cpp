// SPDX-License-Identifier: Apache-2.0
#include "cli/patient_call.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <Poco/Exception.h>

#include "base/clock.h"
#include "base/id.h"
#include "base/mutex.h"

namespace errand::cli {

namespace {

// Hears the end of one call, and makes a descriptor readable then: ^C is waited for with it.
class Waiter : public rpc::CallObserver {
public:
    Waiter() {
        if (::pipe2(ends_, O_CLOEXEC) != 0) throw Poco::SystemException("cannot open a pipe");
    }
    ~Waiter() override {
        // Whoever told the end may be on his way out of it.
        const base::MutexLock lock(mutex_);
        ::close(ends_[0]);
        ::close(ends_[1]);
    }

    void begun(const std::string&) noexcept override {}

    void ended(rpc::End end) noexcept override {
        const base::MutexLock lock(mutex_);
        end_ = std::move(end);
        const char byte = 0;
        [[maybe_unused]] const ssize_t written = ::write(ends_[1], &byte, 1);
    }

    // True at the end; false when ^C came before it.
    bool wait(const Interrupts* interrupts) {
        pollfd waited[2] = {{ends_[0], POLLIN, 0},
                            {interrupts ? interrupts->descriptor() : -1, POLLIN, 0}};
        while (::poll(waited, 2, -1) <= 0) continue;  // a signal in between
        return waited[0].revents != 0;
    }

    rpc::End take() {
        const base::MutexLock lock(mutex_);
        return *std::move(end_);
    }

private:
    int ends_[2] = {-1, -1};
    base::Mutex mutex_;
    std::optional<rpc::End> end_ GUARDED_BY(mutex_);
};

}  // namespace

std::optional<rpc::End> callPatiently(rpc::Transport& transport, rpc::Call call,
                                      std::chrono::milliseconds patience, Interrupts* interrupts) {
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
